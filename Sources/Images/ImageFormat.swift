import Paths

/// The containers that can be read and written.
package enum ImageFormat: String, Sendable, CaseIterable, CustomStringConvertible {
  case png, jpeg, webp, tiff, heic, avif, jxl, y4m

  package var description: String {
    switch self {
    case .png: "PNG"
    case .jpeg: "JPEG"
    case .webp: "WebP"
    case .tiff: "TIFF"
    case .heic: "HEIC"
    case .avif: "AVIF"
    case .jxl: "JPEG XL"
    case .y4m: "YUV4MPEG2"
    }
  }

  /// The format that an output's file name asks for; nil without a known extension. Inputs are
  /// recognised by their bytes instead.
  package init?(forOutput path: Path) {
    guard let dot = path.bytes.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    switch Path(bytes: path.bytes[(dot + 1)...]).text.lowercased() {
    case "png": self = .png
    case "jpg", "jpeg", "jpe", "jfif": self = .jpeg
    case "webp": self = .webp
    case "tif", "tiff": self = .tiff
    case "heic", "heif", "hif": self = .heic
    case "avif": self = .avif
    case "jxl": self = .jxl
    case "y4m": self = .y4m
    default: return nil
    }
  }

  /// Recognises a file by its first bytes.
  /// - Throws: ``ImageError/unknownFormat(_:)`` with a guess at what it is.
  package init(recognising bytes: UnsafeRawBufferPointer) throws(ImageError) {
    if bytes.starts(with: Self.pngSignature) {
      self = .png
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if bytes.starts(with: "RIFF".utf8), bytes.count >= 12,
      bytes[8..<12].elementsEqual("WEBP".utf8)
    {
      self = .webp
    } else if Self.tiffMarks.contains(where: { bytes.starts(with: $0) }) {
      self = .tiff
    } else if bytes.starts(with: [0xFF, 0x0A]) || bytes.starts(with: Self.jxlSignature) {
      self = .jxl
    } else if bytes.starts(with: FrameHeader.mark) {
      self = .y4m
    } else if let format = Self.ofBrands(bytes) {
      self = format
    } else {
      throw .unknownFormat(Self.guess(bytes))
    }
  }

  /// What names of files of this format end in, without the dot.
  package var fileEnding: String {
    switch self {
    case .png: "png"
    case .jpeg: "jpg"
    case .webp: "webp"
    case .tiff: "tif"
    case .heic: "heic"
    case .avif: "avif"
    case .jxl: "jxl"
    case .y4m: "y4m"
    }
  }

  private static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  private static let jxlSignature: [UInt8] =
    [0, 0, 0, 12] + Array("JXL ".utf8) + [0x0D, 0x0A, 0x87, 0x0A]

  /// What the brands of a file of boxes say, the first of them before the others.
  private static func ofBrands(_ bytes: UnsafeRawBufferPointer) -> ImageFormat? {
    guard bytes.count >= 12, bytes[4..<8].elementsEqual("ftyp".utf8) else { return nil }
    let size = Int(UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))
    let places = [8] + Array(stride(from: 16, through: min(size, bytes.count, 256) - 4, by: 4))
    let brands = places.map { String(decoding: bytes[$0..<$0 + 4], as: UTF8.self) }
    if brands.contains(where: ["avif", "avis"].contains) { return .avif }
    let others = ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"]
    return brands.contains(where: others.contains) ? .heic : nil
  }

  /// Both byte orders, classic and big.
  private static let tiffMarks: [[UInt8]] = [
    [0x49, 0x49, 0x2A, 0], [0x4D, 0x4D, 0, 0x2A], [0x49, 0x49, 0x2B, 0], [0x4D, 0x4D, 0, 0x2B],
  ]

  /// First bytes of what people pass by mistake.
  private static let others: [(magic: String, name: String)] = [
    ("GIF8", "a GIF image"), ("BM", "a BMP image"), ("8BPS", "a Photoshop document"),
    ("qoif", "a QOI image"),
    ("%PDF-", "a PDF document"), ("PK\u{3}\u{4}", "a zip archive"),
    ("\0\0\u{1}\0", "a Windows icon"), ("\u{7F}ELF", "a program or library"), ("P5", "a PGM image"),
    ("P6", "a PPM image"),
  ]

  private static func guess(_ bytes: UnsafeRawBufferPointer) -> String {
    guard !bytes.isEmpty else { return "the file is empty" }
    if bytes.count < pngSignature.count, pngSignature.starts(with: bytes) {
      return "it ends within the PNG signature"
    }
    if let box = container(bytes) { return "it looks like \(box)" }
    if let other = others.first(where: { bytes.starts(with: $0.magic.utf8) }) {
      return "it looks like \(other.name)"
    }
    let isText = bytes.prefix(512).allSatisfy { $0 >= 0x20 && $0 != 0x7F || (9...13).contains($0) }
    return isText ? "it looks like text" : "unknown binary data"
  }

  /// Formats whose name stands behind a length field.
  private static func container(_ bytes: UnsafeRawBufferPointer) -> String? {
    bytes.count >= 8 && bytes[4..<8].elementsEqual("ftyp".utf8) ? "a video" : nil
  }
}

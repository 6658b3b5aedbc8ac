import CodecShims
import Tensors

/// A TIFF being encoded by libtiff page by page, in strips compressed by Deflate.
struct TIFFEncoder: ~Copyable {
  private let writer: OpaquePointer
  private let options: EncodingOptions
  private let isBigEndian: Bool
  /// Of each page.
  private var blocks: [[UInt8]?] = []
  private var warnings: [String] = []

  static func encode(_ image: Image, _ options: EncodingOptions)
    throws(ImageError) -> EncodedImage
  {
    var encoder = try TIFFEncoder(like: image, options)
    try encoder.add(image)
    return try encoder.finish()
  }

  /// - Parameter first: the first page, whose EXIF decides the byte order.
  init(like first: Image, _ options: EncodingOptions) throws(ImageError) {
    isBigEndian = first.metadata.exif.flatMap { TagStream($0)?.isBigEndian } ?? false
    guard let writer = limpid_tiff_create(isBigEndian) else { throw .outOfMemory }
    self.writer = writer
    self.options = options
  }

  deinit { limpid_tiff_discard(writer) }

  /// Appends a page.
  mutating func add(_ image: Image) throws(ImageError) {
    let metadata = image.metadata
    if !metadata.text.isEmpty { warn("PNG text is not carried into a TIFF") }
    if !metadata.comments.isEmpty { warn("comments are not carried into a TIFF") }
    let depth = options.depth ?? image.depth
    let pixels = Samples.interleaved(
      image.samples, pixels: image.pixelCount, channels: image.channels.rawValue, depth: depth)
    var request = limpid_tiff_request()
    request.width = UInt32(clamping: image.width)
    request.height = UInt32(clamping: image.height)
    request.channels = Int32(image.channels.rawValue)
    request.bit_depth = Int32(depth.rawValue)
    request.orientation = Int32(image.storedOrientation.rawValue)
    request.level = Int32(options.compression.clamped(to: 0...9))
    request.dots_x = Double(metadata.density?.x ?? 0)
    request.dots_y = Double(metadata.density?.y ?? 0)
    let status = pixels.withUnsafeBufferPointer { pixels in
      request.pixels = pixels.baseAddress
      return (metadata.icc ?? []).withSpan { icc in
        request.icc = icc
        return (metadata.xmp ?? []).withSpan { xmp in
          request.xmp = xmp
          return limpid_tiff_add(writer, &request)
        }
      }
    }
    try check(status)
    var notes: [String] = []
    blocks.append(metadata.description(&notes, isBigEndian: isBigEndian))
    for note in notes { warn(note) }
  }

  /// The file.
  mutating func finish() throws(ImageError) -> EncodedImage {
    var file = limpid_bytes()
    try check(limpid_tiff_finish(writer, &file))
    let bytes = [UInt8](consuming: file)
    guard blocks.contains(where: { $0 != nil }), var described = EXIF(bytes) else {
      return EncodedImage(bytes: bytes, warnings: warnings)
    }
    var link = TagStream<[UInt8]>.firstLink
    for block in blocks {
      if let block { describe(&described, linkedAt: link, by: block) }
      guard let directory = described.stream.directory(linkedAt: link) else { break }
      link = directory.link
    }
    return EncodedImage(bytes: described.bytes, warnings: warnings)
  }

  private mutating func describe(_ file: inout EXIF, linkedAt link: Int, by block: [UInt8]) {
    let first = TagStream<[UInt8]>.firstLink
    guard let source = TagStream(block), source.isBigEndian == isBigEndian,
      let directory = source.directory(linkedAt: first)
    else { return warn("the EXIF block cannot be stored in this TIFF and is left out") }
    do throws(EXIF.TooLarge) {
      // Values that several entries share are stored several times.
      _ = try file.describe(linkedAt: link, as: directory, of: source, limit: 2 * block.count)
    } catch {
      warn("the EXIF block holds more than its size and is left out")
    }
  }

  private mutating func warn(_ text: String) {
    if !warnings.contains(text) { warnings.append(text) }
  }

  private func check(_ status: limpid_status) throws(ImageError) {
    switch status {
    case LIMPID_OK: return
    case LIMPID_NO_MEMORY: throw .outOfMemory
    default:
      let message = String(cString: limpid_tiff_writer_error(writer))
      throw .unsupported("no TIFF can be made: \(message)")
    }
  }
}

extension Image {
  /// As EXIF has it, beside pixels that are not turned.
  var storedOrientation: Orientation {
    metadata.orientation.flatMap(Orientation.init) ?? .upright
  }
}

extension Metadata {
  /// The EXIF block with the settings, IPTC and Photoshop's resources in it.
  fileprivate func description(_ warnings: inout [String], isBigEndian: Bool) -> [UInt8]? {
    let block = exifWithSettings(&warnings, isBigEndian: isBigEndian)
    guard let resources, var exif = EXIF(block ?? EXIF.blank(isBigEndian: isBigEndian)) else {
      return block
    }
    if let iptc = resources.iptc { exif.add(EXIF.iptcTag, iptc) }
    if resources.kept.count > 1 || resources.iptc == nil {
      exif.add(EXIF.photoshopTag, resources.bytes)
    }
    return exif.bytes
  }
}

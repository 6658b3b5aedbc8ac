import CodecShims
import Paths

/// What a file says of an image before pixels are decoded.
package struct ImageHeader: Sendable {
  /// As stored: EXIF may turn it.
  package let width: Int
  package let height: Int
  package let hasAlpha: Bool

  /// Reads a file and checks its headers against the limits.
  /// - Parameter all: whether every page of a TIFF is meant, or the first alone.
  package static func pages(
    of path: Path, all: Bool, limits: ImageLimits = ImageLimits()
  ) throws(ImageError) -> [ImageHeader] {
    try pages(of: try InputFile.read(path, limit: limits.fileBytes), all: all, limits: limits)
  }

  /// As ``pages(of:all:limits:)-(Path,_,_)`` of what a file holds.
  package static func pages(
    of bytes: [UInt8], all: Bool, limits: ImageLimits = ImageLimits()
  ) throws(ImageError) -> [ImageHeader] {
    try bytes.withUnsafeBufferPointer { buffer throws(ImageError) in
      let bytes = UnsafeRawBufferPointer(buffer)
      guard try ImageFormat(recognising: bytes) == .tiff else {
        return [try Self(bytes, limits: limits)]
      }
      var decoder = try TIFFDecoder(bytes, limits: limits)
      var pages = [Self(decoder.header)]
      while all, decoder.hasMorePages {
        try decoder.advance()
        pages.append(Self(decoder.header))
      }
      return pages
    }
  }

  private init(_ bytes: UnsafeRawBufferPointer, limits: ImageLimits) throws(ImageError) {
    let format = try ImageFormat(recognising: bytes)
    switch format {
    case .png:
      let header = try PNGDecoder(bytes, limits: limits).header
      self.init(header.width, header.height, hasAlpha: header.channels % 2 == 0)
    case .jpeg:
      let header = try JPEGDecoder(bytes, limits: limits).header
      self.init(header.width, header.height, hasAlpha: false)
    case .webp:
      let header = try WebPDecoder(bytes, limits: limits).header
      self.init(header.width, header.height, hasAlpha: header.has_alpha)
    case .heic, .avif:
      let header = try HEIFDecoder(bytes, format, limits: limits).header
      self.init(header.width, header.height, hasAlpha: header.has_alpha)
    case .jxl:
      let header = try JXLDecoder(bytes, limits: limits).header
      self.init(header.width, header.height, hasAlpha: header.channels % 2 == 0)
    case .y4m:
      let header = try FrameDecoder(bytes, limits: limits).header
      self.init(UInt32(header.width), UInt32(header.height), hasAlpha: false)
    case .tiff:
      self.init(try TIFFDecoder(bytes, limits: limits).header)
    }
  }

  private init(_ header: limpid_tiff_header) {
    self.init(header.width, header.height, hasAlpha: header.hasAlpha)
  }

  private init(_ width: UInt32, _ height: UInt32, hasAlpha: Bool) {
    (self.width, self.height, self.hasAlpha) = (Int(width), Int(height), hasAlpha)
  }
}

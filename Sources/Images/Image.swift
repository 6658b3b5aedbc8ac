/// A decoded image: planar Float32 samples with what its file said about them.
///
/// `samples` holds `channels.rawValue` planes of `height * width` values, row by row, top row
/// first; alpha is the last plane and colours are never premultiplied. Values are the file's
/// encoded samples divided by their maximum (255 or 65535), so they lie in [0, 1]. Colour planes
/// alone are the N = 1 case of the networks' NCHW layout.
package struct Image: Sendable {
  package enum Channels: Int, Sendable {
    case gray = 1
    case grayAlpha = 2
    case rgb = 3
    case rgba = 4

    package var hasAlpha: Bool { self == .grayAlpha || self == .rgba }
    /// Number of planes that hold colour: 1 or 3.
    package var colourCount: Int { self == .gray || self == .grayAlpha ? 1 : 3 }
  }

  /// Bits per sample in a file.
  package enum Depth: Int, Sendable {
    case eight = 8
    case sixteen = 16
  }

  package let width: Int
  package let height: Int
  package let channels: Channels
  package let samples: [Float]
  /// From the decoder, never guessed from values. 1, 2 and 4-bit files count as eight.
  package var depth: Depth
  package var metadata: Metadata
  /// The container that the image was decoded from; nil for images made in memory.
  package var format: ImageFormat?
  /// What the decoder noticed and did not treat as an error, one line each.
  package var warnings: [String]
  /// What was beside the picture and does not go with it, or no longer holds; a warning names it.
  var leftOut: [String] = []

  /// - Precondition: `samples` holds `channels.rawValue * width * height` values, at least one.
  package init(
    width: Int, height: Int, channels: Channels, samples: [Float], depth: Depth = .eight,
    metadata: Metadata = Metadata(), format: ImageFormat? = nil, warnings: [String] = []
  ) {
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    precondition(samples.count == channels.rawValue * width * height, "samples do not fit")
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
    self.depth = depth
    self.metadata = metadata
    self.format = format
    self.warnings = warnings
  }

  package var pixelCount: Int { width * height }

  /// The samples of one channel, row by row.
  package func plane(_ index: Int) -> ArraySlice<Float> {
    samples[index * pixelCount..<(index + 1) * pixelCount]
  }

  /// The samples of one channel, rounded to 8 bits.
  package func eightBitPlane(_ index: Int) -> [UInt8] {
    plane(index).map { UInt8(truncatingIfNeeded: Samples.quantised($0, 255)) }
  }

  /// The same picture with other pixels; depth, metadata and provenance stay.
  func replacing(width: Int, height: Int, channels: Channels, samples: [Float]) -> Image {
    var image = Image(
      width: width, height: height, channels: channels, samples: samples, depth: depth,
      metadata: metadata, format: format, warnings: warnings)
    image.leftOut = leftOut
    return image
  }
}

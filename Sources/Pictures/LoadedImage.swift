import Images
import Paths

/// A decoded image as the pictures that a network restores, and the way back.
package struct LoadedImage: Sendable {
  package let width: Int
  package let height: Int
  /// What decoding and conversion noticed, one line each.
  package let warnings: [String]
  /// What is to be restored: the colours, and the transparency if that is asked for.
  package let pictures: [Picture]
  private let working: WorkingImage

  /// Reads and decodes a file's first image.
  package init(_ path: Path, _ options: OutputOptions, for encoding: EncodingOptions) throws {
    try self.init(try Image.read(path), options, for: encoding)
  }

  package init(
    _ image: Image, _ options: OutputOptions, for encoding: EncodingOptions
  ) throws(ImageError) {
    var image = image
    if let colour = options.background {
      image = image.flattened(onto: (colour.red, colour.green, colour.blue))
    }
    if options.alpha == .drop { image = image.opaque }
    guard encoding.format != .jpeg || !image.channels.hasAlpha else {
      throw .unfit(.jpeg, .transparency)
    }
    if options.stripsMetadata { image.metadata = image.metadata.ofPixelsAlone }
    if options.stripsLocation { image.stripLocation() }
    (width, height) = (image.width, image.height)
    working = WorkingImage(image, stayingSRGB: options.convertsToSRGB)
    warnings = image.warnings + working.warnings
    var pictures = [Picture(width: width, height: height, planes: working.rgb)]
    if options.alpha == .restore, let alpha = working.variedAlpha {
      pictures.append(Picture(width: width, height: height, planes: alpha + alpha + alpha))
    }
    self.pictures = pictures
  }

  /// The image that becomes of the restored ``pictures``, which have one size, often their own.
  package func image(restored: [Picture], settings: String?) -> Image {
    let alpha = restored.count > 1 ? restored[1].planes : nil
    let working = working.resized(width: restored[0].width, height: restored[0].height)
    var image = working.image(restored: restored[0].planes, alpha: alpha)
    image.metadata.settings = settings
    return image
  }
}

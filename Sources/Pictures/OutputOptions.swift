import Images
import Paths

/// How restored images become files.
package struct OutputOptions: Encodable, Sendable {
  /// nil: as the output's name says.
  package var format: ImageFormat?
  /// Bits per PNG sample; nil keeps the input's.
  package var depth: Image.Depth?
  /// Whether 8-bit samples are dithered.
  package var dithers = false
  /// 1...100; nil stands for 95 in JPEG and for lossless in WebP.
  package var quality: Int?
  /// zlib level, 0...9.
  package var compression = 6
  /// What images with alpha are laid over before they are restored; nil keeps alpha.
  package var background: Colour?
  /// Leaves out EXIF, XMP, text and density; colour profiles stay, since pixels depend on them.
  package var stripsMetadata = false
  /// Leaves out where a picture was taken.
  package var stripsLocation = false
  /// Whether colours leave in sRGB instead of the profile that they came in.
  package var convertsToSRGB = false
  package var alpha = AlphaPolicy.keep
  /// What becomes of images that are not stored upright.
  package var orientation = OrientationPolicy.bake
  package var pages = PagePolicy.first
  /// How the image was made, recorded in the file; nil records nothing.
  package var settings: String?
  /// Whether existing files are replaced; inputs never are.
  package var overwrites = false

  package init() {}

  /// One encoded value in [0, 1] per colour.
  package struct Colour: Encodable, Hashable, Sendable {
    package let red: Float
    package let green: Float
    package let blue: Float

    package init(red: Float, green: Float, blue: Float) {
      (self.red, self.green, self.blue) = (red, green, blue)
    }
  }

  package func encoding(for path: Path) throws(LimpidError) -> EncodingOptions {
    guard let format = format ?? ImageFormat(forOutput: path) else {
      throw LimpidError(
        .usage, "\(path): the name does not end in .png, .jpg, .webp, .tif, .avif or .jxl",
        remedy: .chooseFormat)
    }
    guard format.isWritten else {
      throw LimpidError(
        .usage, "\(path): this build does not write \(format)", remedy: .chooseFormat)
    }
    var encoding = EncodingOptions(format: format)
    encoding.depth = depth
    encoding.dithers = dithers
    encoding.quality = quality
    encoding.compression = compression
    return encoding
  }
}

/// What becomes of transparency.
package enum AlphaPolicy: String, Encodable, Sendable, CaseIterable {
  /// It stays as it is.
  case keep
  /// It is restored like a gray picture, unless it is the same everywhere.
  case restore
  /// It is left out, and what it hid is seen.
  case drop
}

/// Which pages of a TIFF are restored.
package enum PagePolicy: String, Encodable, Sendable, CaseIterable {
  case first
  /// Every one, into a TIFF of as many pages.
  case all
}

extension ImageFormat: Encodable {}
extension Image.Depth: Encodable {}
extension OrientationPolicy: Encodable {}

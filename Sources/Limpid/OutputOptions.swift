import Images

/// How restored images become files.
package struct OutputOptions: Sendable {
  /// nil: as the output's name says.
  package var format: ImageFormat?
  /// Bits per PNG sample; nil keeps the input's.
  package var depth: Image.Depth?
  /// JPEG quality, 1...100.
  package var quality = 95
  /// zlib level, 0...9.
  package var compression = 6
  /// What images with alpha are laid over before they are restored, one encoded value in [0, 1]
  /// per colour; nil keeps alpha.
  package var background: (red: Float, green: Float, blue: Float)?
  /// Leaves out EXIF, XMP, text and density; colour profiles stay, since pixels depend on them.
  package var stripsMetadata = false
  /// Whether existing files are replaced; inputs never are.
  package var overwrites = false

  package init() {}

  func encoding(for path: String) throws(LimpidError) -> EncodingOptions {
    guard let format = format ?? ImageFormat(forOutput: path) else {
      throw LimpidError(
        .usage, "\(path): the name does not end in .png or .jpg; choose with --format")
    }
    var encoding = EncodingOptions(format: format)
    encoding.depth = depth
    encoding.quality = quality
    encoding.compression = compression
    return encoding
  }
}

import Images
import Paths

extension Picture {
  /// Decodes the first image of a file: upright, in sRGB, its transparency dropped.
  /// - Throws: ``LimpidError``, which names the file.
  package init(contentsOf path: Path) throws(LimpidError) {
    do {
      let image = WorkingImage(try Image.read(path).opaque, stayingSRGB: true)
      self.init(width: image.width, height: image.height, planes: image.rgb)
    } catch {
      throw LimpidError(error, subject: path)
    }
  }

  /// Encodes the picture into a file, which appears whole or not at all.
  /// - Throws: ``LimpidError``, which names the file.
  package func write(to path: Path, _ options: OutputOptions) throws(LimpidError) {
    do {
      let encoding = try options.encoding(for: path)
      try OutputFile.createDirectory(of: path)
      let file = try OutputFile(path, overwrite: options.overwrites)
      var image = Image(width: width, height: height, channels: .rgb, samples: planes)
      image.metadata.settings = options.settings
      try file.write(try image.encoded(as: encoding).bytes)
    } catch {
      throw LimpidError(error, subject: path)
    }
  }
}

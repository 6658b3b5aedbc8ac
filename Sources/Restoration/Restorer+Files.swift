import Diffusion
import Images
import Pictures

extension Restorer {
  /// Restores an image file. Size, bit depth, alpha, profile and metadata stay; the output appears
  /// whole or not at all. Models that draw random numbers begin where the command line does for a
  /// file of this name.
  /// - Throws: ``LimpidError``, which names the file.
  package func restoreFile(
    at input: String, to output: String, overwriting: Bool = false
  ) throws(LimpidError) {
    var options = OutputOptions()
    options.overwrites = overwriting
    do {
      let encoding = try options.encoding(for: output)
      let loaded = try LoadedImage(input, options, for: encoding)
      try OutputFile.createDirectory(of: output)
      let file = try OutputFile(output, overwrite: overwriting, protecting: [input])
      let restored = try restore(loaded, of: input)
      let image = loaded.image(restored: restored, settings: nil)
      try file.write(try image.encoded(as: encoding).bytes)
    } catch {
      throw LimpidError(error, subject: input)
    }
  }

  /// Where random numbers begin for a file, as the command line has it for a single input.
  package static func seed(ofFile path: String) -> UInt64 {
    RandomStream.imageSeed(defaultSeed, path: Path.name(of: path))
  }

  private func restore(_ image: LoadedImage, of path: String) throws(LimpidError) -> [Picture] {
    let guide = try guides.guide(for: path)
    do throws(LimpidError) {
      let subjects = image.pictures.map { guide.subject($0, seed: Self.seed(ofFile: path)) }
      var restored: [Picture] = []
      for result in try restore(subjects) {
        restored.append(try result.get().picture)
      }
      return restored
    } catch {
      throw LimpidError(error.kind, "\(path): \(error)")
    }
  }
}

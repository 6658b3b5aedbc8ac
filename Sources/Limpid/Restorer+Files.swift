import Images

extension Restorer {
  /// What became of one file.
  package struct FileReport: Sendable {
    package let width: Int
    package let height: Int
    /// Largest tile; nil when the image was restored whole.
    package let tile: (width: Int, height: Int)?
    package let decoding: Duration
    package let computing: Duration
    package let encoding: Duration
    /// One line each.
    package let warnings: [String]
  }

  /// Restores a PNG or JPEG file. Size, bit depth, alpha, profile and metadata stay; the output
  /// appears whole or not at all.
  /// - Throws: ``LimpidError``, which names the file.
  public func restoreFile(
    at input: String, to output: String, overwriting: Bool = false
  ) throws(LimpidError) {
    var options = OutputOptions()
    options.overwrites = overwriting
    _ = try restoreFile(at: input, to: output, options) { _ in }
  }

  package func restoreFile(
    at input: String, to output: String, _ options: OutputOptions,
    reporting progress: (Double) throws -> Void
  ) throws(LimpidError) -> FileReport {
    do {
      let encoding = try options.encoding(for: output)
      let clock = ContinuousClock()
      let start = clock.now
      let image = try readImage(input, options, for: encoding)
      let decoded = clock.now
      try OutputFile.createDirectory(of: output)
      let file = try OutputFile(output, overwrite: options.overwrites, protecting: [input])
      let working = WorkingImage(image)
      let result = try restore(working, of: input, reporting: progress)
      let restored = working.image(restored: result.picture.planes)
      let computed = clock.now
      let encoded = try restored.encoded(as: encoding)
      try file.write(encoded.bytes)
      return FileReport(
        width: image.width, height: image.height, tile: result.tile,
        decoding: decoded - start, computing: computed - decoded,
        encoding: clock.now - computed,
        warnings: image.warnings + working.warnings + result.warnings + encoded.warnings)
    } catch {
      throw LimpidError(error, subject: input)
    }
  }

  private func restore(
    _ image: WorkingImage, of path: String, reporting progress: (Double) throws -> Void
  ) throws -> Restoration {
    let picture = Picture(width: image.width, height: image.height, planes: image.rgb)
    do throws(LimpidError) {
      return try restore(picture, reporting: progress)
    } catch  where error.kind == .interrupted || error.kind == .terminated {
      throw error
    } catch {
      throw LimpidError(error.kind, "\(path): \(error)")
    }
  }

  private func readImage(
    _ path: String, _ options: OutputOptions, for encoding: EncodingOptions
  ) throws -> Image {
    var image = try Image.read(path)
    if let background = options.background { image = image.flattened(onto: background) }
    guard encoding.format != .jpeg || !image.channels.hasAlpha else {
      throw ImageError.unsupported(
        "it has transparency, which JPEG cannot hold; write PNG or choose a --background")
    }
    if options.stripsMetadata {
      var kept = Metadata()
      kept.icc = image.metadata.icc
      kept.declaredColour = image.metadata.declaredColour
      image.metadata = kept
    }
    return image
  }
}

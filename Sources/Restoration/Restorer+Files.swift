import Images
import Paths
import Pictures

extension Restorer {
  /// Restores an image file. Size, bit depth, alpha, profile and metadata stay unless the options
  /// say otherwise; the output appears whole or not at all. Models that draw random numbers begin
  /// where the command line does for a file of this name.
  /// - Parameters:
  ///   - isOver: asked several times a second whether to stop waiting for a caption command.
  ///   - report: told what is done, of one page after the other; what it throws ends the work.
  /// - Returns: a result for each page, with what decoding and encoding noticed.
  /// - Throws: ``LimpidError``, which names the file.
  package func restoreFile(
    at input: Path, to output: Path, _ options: OutputOptions = OutputOptions(),
    unless isOver: () -> Bool = { false },
    reporting report: (RestorationEvent) throws -> Void = { _ in }
  ) throws(LimpidError) -> [RestoredPicture] {
    do {
      let encoding = try options.encoding(for: output)
      let bytes = try InputFile.read(input, limit: ImageLimits().fileBytes)
      try OutputFile.createDirectory(of: output)
      let file = try OutputFile(output, overwrite: options.overwrites, protecting: [input])
      let guide = try guides.guide(for: input, unless: isOver)
      var encoder = PageEncoder(encoding)
      var pages: [RestoredPicture] = []
      try Image.eachPage(of: bytes, options) { image in
        let loaded = try LoadedImage(image, options, for: encoding)
        let seed = seed(ofFile: input, page: pages.count)
        let subjects = loaded.pictures.map { guide.subject($0, seed: seed) }
        var restored = try self.restored(subjects, of: input, reporting: report)
        restored[0].warnings += loaded.warnings
        try encoder.add(
          loaded.image(restored: restored.map(\.picture), settings: options.settings))
        pages.append(restored[0])
      }
      let encoded = try encoder.finish()
      try file.write(encoded.bytes)
      pages[0].warnings += encoded.warnings
      return pages
    } catch {
      throw LimpidError(error, subject: input)
    }
  }

  private func restored(
    _ subjects: [Subject], of path: Path, reporting report: (RestorationEvent) throws -> Void
  ) throws(LimpidError) -> [RestoredPicture] {
    do throws(LimpidError) {
      return try restore(subjects, reporting: report).map { result throws(LimpidError) in
        try result.get()
      }
    } catch {
      throw error.concerning(path.text)
    }
  }

  /// Where random numbers begin for a page of a file, from 0, as the command line has it for a
  /// single input.
  package func seed(ofFile path: Path, page: Int = 0) -> UInt64 {
    let name = path.name
    return options.imageSeed(for: page == 0 ? name : "\(name)#\(page + 1)")
  }
}

extension Image {
  /// Decodes the pages that are asked for, one after the other.
  fileprivate static func eachPage(
    of bytes: [UInt8], _ options: OutputOptions, _ body: (Image) throws -> Void
  ) throws {
    var failure: (any Error)?
    try decodePages(bytes, all: options.pages == .all, orientation: options.orientation) {
      image, _ in
      do {
        try body(image)
      } catch {
        failure = error
      }
      return failure == nil
    }
    if let failure { throw failure }
  }
}

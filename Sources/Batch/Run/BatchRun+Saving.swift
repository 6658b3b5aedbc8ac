import Images
import Paths
import Pictures
import Restoration

extension BatchRun {
  /// A thread that encodes and writes until no more images come.
  func save() {
    while let image = restored.take()?.first {
      let document = image.source.document
      do {
        if let (file, report) = try document.add(image, encode) {
          tell(.done(document.job, try write(file, report, from: image.source.origin, document)))
        }
      } catch {
        fail(document, in: .encode, error)
      }
      restored.settle(1)
    }
    endSaver()
  }

  /// Encodes a page behind those that a file has.
  private func encode(
    _ restored: RestoredImage, into file: inout PageEncoder, _ report: inout FileReport
  ) throws {
    let start = ContinuousClock.now
    let (source, loaded) = (restored.source, restored.source.image)
    let image = loaded.image(
      restored: restored.results.map(\.picture), settings: description(of: restored))
    report.steps += try writeSteps(restored)
    try file.add(image)
    report.add(restored, width: image.width, height: image.height)
    report.decoding += source.decoding
    report.queueing += restored.waiting + (start - restored.restoredAt)
    report.encoding += .now - start
  }

  private func write(
    _ file: EncodedImage, _ report: FileReport, from origin: Origin, _ document: Document
  ) throws -> FileReport {
    let start = ContinuousClock.now
    var report = report
    report.hash = Digest.of(file.bytes)
    try document.job.sink.write(file.bytes, report, of: origin.image)
    report.warnings += file.warnings
    measure(file, document.job, &report)
    report.encoding += .now - start
    return report
  }

  /// What cannot be measured is a warning: it is restored all the same.
  private func measure(_ file: EncodedImage, _ job: Job, _ report: inout FileReport) {
    guard let references = options.references else { return }
    do {
      report.quality = try references.quality(of: Image.decode(file.bytes), called: job.name)
    } catch {
      report.warnings.append("not measured: \(error)")
    }
  }

  /// How the image was made; nil where that is not to be recorded.
  private func description(of restored: RestoredImage) -> String? {
    guard var description = options.output(of: restored.source.job).settings else { return nil }
    if let seed = restored.results.first?.seed { description += ", image seed \(seed)" }
    for setting in restored.source.origin.guide.settings {
      description += ", \(setting.name) \(setting.value)"
    }
    for round in restored.rounds.map(\.report) where round.isChange {
      description += ", step \(round.number) '\(round.label)'"
    }
    return description
  }

  /// Hands over what was kept of an image's rounds and besides, and tells what it is called there.
  private func writeSteps(_ restored: RestoredImage) throws -> [Path] {
    let source = restored.source
    let page = source.page > 0 ? "_page_\(source.page + 1)" : ""
    let rounds = restored.rounds.compactMap { round in
      round.picture.map { KeptPicture("step_\(round.report.number)", $0, isState: true) }
    }
    return try (rounds + restored.results[0].kept).map { kept in
      let file = try image(kept, of: restored).encoded(as: source.document.encoding).bytes
      return try source.job.sink.write(file, suffix: "\(page)_\(kept.name)")
    }
  }

  private func image(_ kept: KeptPicture, of restored: RestoredImage) -> Image {
    let picture = kept.picture
    guard kept.isState else {
      return Image(
        width: picture.width, height: picture.height, channels: .rgb, samples: picture.planes)
    }
    let pictures = [picture] + restored.results.dropFirst().map(\.picture)
    return restored.source.image.image(restored: pictures, settings: description(of: restored))
  }
}

extension FileReport {
  /// Adds a page, but for the time that its encoding takes.
  fileprivate mutating func add(_ page: RestoredImage, width: Int, height: Int) {
    pages += 1
    pixels += width * height
    if pages == 1 {
      (self.width, self.height) = (width, height)
      tile = page.results.first?.tile
      seed = page.results.first?.seed
    }
    computing += page.computing
    peakBytes = max(peakBytes, page.peakBytes)
    let notes = page.source.image.warnings + Set(page.results.flatMap(\.warnings)).sorted()
    for note in notes where !warnings.contains(note) { warnings.append(note) }
    rounds += page.rounds.map(\.report)
  }
}

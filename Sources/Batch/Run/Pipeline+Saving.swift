import Images
import Pictures

extension Pipeline {
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
    let image = loaded.image(restored: restored.pictures, settings: description(of: restored))
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
    try origin.target.write(file.bytes) {
      try record(.writing, document.job, origin, hash: report.hash, durably: true)
    }
    try record(.done, document.job, origin, hash: report.hash, durably: false)
    report.warnings += file.warnings
    report.encoding += .now - start
    return report
  }

  /// How the image was made; nil where that is not to be recorded.
  private func description(of restored: RestoredImage) -> String? {
    guard var description = settings.output.settings else { return nil }
    if let seed = restored.reports.first?.seed { description += ", image seed \(seed)" }
    for setting in restored.source.origin.guide.settings {
      description += ", \(setting.name) \(setting.value)"
    }
    for round in restored.rounds.map(\.report) where round.isChange {
      description += ", step \(round.number) '\(round.label)'"
    }
    return description
  }

  /// Writes what was kept of an image's rounds beside its output, and tells the paths.
  private func writeSteps(_ restored: RestoredImage) throws -> [String] {
    let (source, output) = (restored.source, restored.source.job.output)
    return try restored.rounds.compactMap { round -> String? in
      guard let picture = round.picture else { return nil }
      let (stem, ending) = Path.split(Path.name(of: output))
      let page = source.page > 0 ? "_page_\(source.page + 1)" : ""
      let path = Path.joined(
        Path.folder(of: output), "\(stem)\(page)_step_\(round.report.number).\(ending)")
      let pictures = [picture] + restored.pictures.dropFirst()
      let image = source.image.image(restored: pictures, settings: description(of: restored))
      let file = try OutputFile(
        path, overwrite: source.job.overwrites || settings.output.overwrites,
        protecting: [source.job.input])
      try file.write(try image.encoded(as: source.document.encoding).bytes)
      return path
    }
  }

  private func record(
    _ state: LedgerRecord.Image.State, _ job: Job, _ origin: Origin, hash: String, durably: Bool
  ) throws(LimpidError) {
    guard let ledger = settings.ledger else { return }
    let entry = LedgerRecord.Image(
      state: state, input: job.relative, size: origin.stamp?.size ?? 0,
      modified: origin.stamp?.modified ?? 0, inputHash: origin.inputHash,
      output: ledger.relative(job.output), hash: hash, fingerprint: settings.fingerprint,
      guide: origin.guide.digest)
    try ledger.append(LedgerRecord(image: entry), durably: durably)
  }
}

extension FileReport {
  /// Adds a page, but for the time that its encoding takes.
  fileprivate mutating func add(_ page: RestoredImage, width: Int, height: Int) {
    pages += 1
    pixels += width * height
    if pages == 1 {
      (self.width, self.height) = (width, height)
      tile = page.reports.first?.tile.map { ($0[0], $0[1]) }
      seed = page.reports.first?.seed
    }
    computing += .seconds(page.reports.reduce(0) { $0 + $1.seconds })
    peakBytes = max(peakBytes, page.reports.map(\.peakBytes).max() ?? 0)
    let notes = page.source.image.warnings + Set(page.reports.flatMap(\.warnings)).sorted()
    for note in notes where !warnings.contains(note) { warnings.append(note) }
    rounds += page.rounds.map(\.report)
  }
}

import Images

extension Pipeline {
  /// A thread that encodes and writes until no more images come.
  func save() {
    while let image = restored.take()?.first {
      do {
        tell(.done(image.source.job, try write(image)))
      } catch {
        fail(image.source.job, in: .encode, error)
      }
      restored.settle(1)
    }
    endSaver()
  }

  private func write(_ restored: RestoredImage) throws -> FileReport {
    let start = ContinuousClock.now
    let (source, loaded) = (restored.source, restored.source.image)
    let seed = restored.reports.first?.seed
    let image = loaded.image(restored: restored.pictures, settings: description(of: restored))
    let steps = try writeSteps(restored)
    let encoded = try image.encoded(as: source.encoding)
    let hash = Digest.of(encoded.bytes)
    try source.target.write(encoded.bytes) {
      try record(.writing, source, hash: hash, durably: true)
    }
    try record(.done, source, hash: hash, durably: false)
    let notes = restored.reports.flatMap(\.warnings)
    return FileReport(
      width: image.width, height: image.height,
      tile: restored.reports.first?.tile.map { ($0[0], $0[1]) }, seed: seed,
      decoding: source.decoding, queueing: restored.waiting + (start - restored.restoredAt),
      computing: .seconds(restored.reports.reduce(0) { $0 + $1.seconds }),
      encoding: .now - start,
      peakBytes: restored.reports.map(\.peakBytes).max() ?? 0, hash: hash,
      warnings: loaded.warnings + Array(Set(notes)).sorted() + encoded.warnings,
      rounds: restored.rounds.map(\.report), steps: steps)
  }

  /// How the image was made; nil where that is not to be recorded.
  private func description(of restored: RestoredImage) -> String? {
    guard var description = settings.output.settings else { return nil }
    if let seed = restored.reports.first?.seed { description += ", image seed \(seed)" }
    for setting in restored.source.guide.settings {
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
      let path = Path.joined(
        Path.folder(of: output), "\(stem)_step_\(round.report.number).\(ending)")
      let pictures = [picture] + restored.pictures.dropFirst()
      let image = source.image.image(restored: pictures, settings: description(of: restored))
      let file = try OutputFile(
        path, overwrite: source.job.overwrites || settings.output.overwrites,
        protecting: [source.job.input])
      try file.write(try image.encoded(as: source.encoding).bytes)
      return path
    }
  }

  private func record(
    _ state: LedgerRecord.Image.State, _ image: DecodedImage, hash: String, durably: Bool
  ) throws(LimpidError) {
    guard let ledger = settings.ledger else { return }
    let entry = LedgerRecord.Image(
      state: state, input: image.job.relative, size: image.stamp?.size ?? 0,
      modified: image.stamp?.modified ?? 0, inputHash: image.inputHash,
      output: ledger.relative(image.job.output), hash: hash, fingerprint: settings.fingerprint,
      guide: image.guide.digest)
    try ledger.append(LedgerRecord(image: entry), durably: durably)
  }
}

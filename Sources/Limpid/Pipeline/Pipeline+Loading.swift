import Images

/// An image that waits for a device.
struct DecodedImage: Sendable {
  let job: Job
  let image: LoadedImage
  let guide: ImageGuide
  let encoding: EncodingOptions
  let target: OutputFile
  /// The input as it was when it was read.
  let stamp: Path.Stamp?
  let inputHash: String?
  let decoding: Duration
  let decodedAt = ContinuousClock.now
  /// How often a device's process ended over it.
  var crashes = 0
  /// Devices that could not restore it.
  var refusals: Set<String> = []

  var weight: Int { image.width * image.height }
}

extension Pipeline {
  /// A thread that reads and decodes until there are no more jobs.
  func load() {
    while let job = nextJob() {
      tell(.started(job))
      do {
        let image = try decode(job)
        guard decoded.put(image, weight: image.weight) else { break }
      } catch {
        fail(job, in: .decode, error)
      }
    }
    endLoader()
  }

  private func decode(_ job: Job) throws -> DecodedImage {
    let start = ContinuousClock.now
    let encoding = try settings.output.encoding(for: job.output)
    // Before the contents, so that a change while they are read is noticed by the next run.
    let stamp = Path.stamp(job.input)
    let hash = settings.hashesInputs ? Digest.ofFile(job.input) : nil
    let image = try LoadedImage(job.input, settings.output, for: encoding)
    let guide = try settings.guides.guide(for: job.input) { isStopping }
    try OutputFile.createDirectory(of: job.output)
    let keeps = job.isInPlace && settings.output.keepsOriginals
    let target = try OutputFile(
      job.output, overwrite: job.overwrites || settings.output.overwrites,
      protecting: job.isInPlace ? [] : [job.input],
      keepingOldAs: keeps ? Job.kept(job.input) : nil)
    return DecodedImage(
      job: job, image: image, guide: guide, encoding: encoding, target: target, stamp: stamp,
      inputHash: hash, decoding: .now - start)
  }
}

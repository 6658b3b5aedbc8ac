import Images
import Paths
import Pictures
import Restoration

/// A file's image, or one of its pages, that waits for a device.
struct DecodedImage: Sendable {
  let document: Document
  /// From 0.
  let page: Int
  let isLast: Bool
  let image: LoadedImage
  let origin: Origin
  let decoding: Duration
  let decodedAt = ContinuousClock.now
  /// How often a device's process ended over it.
  var crashes = 0
  /// Devices that could not restore it.
  var refusals: Set<String> = []

  var job: Job { document.job }
  var weight: Int { image.width * image.height }
  /// What its random numbers begin by.
  var path: Path { page == 0 ? job.name : "\(job.name)#\(page + 1)" }
}

/// What the pages of a file have in common.
struct Origin: Sendable {
  let guide: ImageGuide
  let image: ImageOrigin
}

extension BatchRun {
  /// A thread that reads and decodes until there are no more jobs.
  func load() {
    while let job = nextJob() {
      tell(.started(job))
      do throws(LimpidError) {
        let document = Document(job, try options.output(of: job).encoding(for: job.sink.name))
        decode(document)
      } catch {
        fail(job, in: .decode, error)
      }
      decoded.expect(-1)
    }
    endLoader()
  }

  private func decode(_ document: Document) {
    do {
      try decodePages(of: document)
    } catch {
      fail(document, in: .decode, error)
    }
  }

  /// Decodes a file page by page and passes the pages on.
  private func decodePages(of document: Document) throws {
    let job = document.job
    var start = ContinuousClock.now
    let (file, read) = try job.source.read()
    let output = options.output(of: job)
    let readsAll = output.pages == .all
    var (page, origin, failure): (Int, Origin?, (any Error)?) = (0, nil, nil)
    try Image.decodePages(
      file, all: readsAll, limits: options.limits, orientation: output.orientation
    ) { image, isLast in
      do {
        if !isLast, document.encoding.format != .tiff {
          throw PageEncoder.holdsOnePage(document.encoding.format)
        }
        let loaded = try LoadedImage(image, output, for: document.encoding)
        let known = try origin ?? self.origin(of: job, read)
        origin = known
        try known.guide.requireFit(width: loaded.width, height: loaded.height)
        let decoded = DecodedImage(
          document: document, page: page, isLast: isLast, image: loaded, origin: known,
          decoding: .now - start)
        page += 1
        let isTaken = self.decoded.put(decoded, weight: decoded.weight)
        start = .now
        return isTaken && !document.hasFailed
      } catch {
        failure = error
        return false
      }
    }
    if let failure { throw failure }
  }

  private func origin(of job: Job, _ read: ImageOrigin) throws -> Origin {
    let guide = try job.source.guide(by: options.guides) { isStopping }
    try job.sink.prepare()
    var image = read
    image.guide = guide.digest
    return Origin(guide: guide, image: image)
  }
}

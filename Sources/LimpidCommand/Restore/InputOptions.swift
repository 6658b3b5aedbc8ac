import ArgumentParser
import Batch
import Glibc
import Images
import Pictures

/// Which images are restored, and where they go.
struct InputOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: "An image, a folder of images or a pattern; may be given several times.")
  var input: [String] = []

  @Option(name: .shortAndLong, help: "The restored image, or a folder for several.")
  var output: String?

  @Option(help: "A file with one path per line (or, if it holds any, between NULs); - reads stdin.")
  var filesFrom: String?

  @Flag(inversion: .prefixedNo, help: "Search folders in folders.")
  var recursive = true

  @Option(help: "Only images whose path or name fits this pattern; may be given several times.")
  var include: [String] = []

  @Option(help: "No images whose path or name fits this pattern; may be given several times.")
  var exclude: [String] = []

  @Option(help: "The first page of a TIFF, or all of them, which become a TIFF again.")
  var page = PageChoice.first

  @Option(help: "bake: turn images upright as their tags say; keep: pixels and tags stay.")
  var orientation = OrientationChoice.bake

  @Option(parsing: .unconditional, help: "Put behind the stems of names.")
  var suffix = ""

  @Option(help: "Names of outputs, of {stem} {ext} {name} {model} {parent} {scale}.")
  var nameTemplate = "{stem}.{ext}"

  @Option(help: "No more than so many images.")
  var limit: Int?

  @Option(
    help: "Only part i of N equal ones, i from 0, chosen by hashes of paths.", transform: part)
  var shard = Shard.whole

  @Flag(help: "Restored images take the place of their inputs, which stay as NAME.orig.")
  var inPlace = false

  @Flag(inversion: .prefixedNo, help: "With --in-place, keep inputs as NAME.orig.")
  var keepOriginals = true

  @Flag(help: "Leave out images whose outputs exist.")
  var skipExisting = false

  func validate() throws {
    guard !input.isEmpty || filesFrom != nil else {
      throw ValidationError("nothing to restore: give --input or --files-from")
    }
    guard (output == nil) == inPlace else {
      throw ValidationError("give either --output or --in-place")
    }
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
  }

  func request(_ format: ImageFormat?, model: String, overwrites: Bool) throws(LimpidError)
    -> JobRequest
  {
    var request = JobRequest()
    request.inputs = input
    request.listed = try listed
    request.output = output
    request.search.isRecursive = recursive
    (request.search.include, request.search.exclude) = (include, exclude)
    request.naming.template = nameTemplate
    (request.naming.suffix, request.naming.format) = (suffix, format)
    request.naming.model = model
    (request.shard, request.limit) = (shard, limit)
    request.existing = skipExisting ? .skip : overwrites ? .overwrite : .refuse
    return request
  }

  private var listed: [String] {
    get throws(LimpidError) {
      guard let filesFrom else { return [] }
      let text = try Self.contents(filesFrom)
      let separator: UInt8 = text.contains(0) ? 0 : 0x0A
      let paths = text.split(separator: separator).map { line in
        String(
          decoding: separator == 0x0A && line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
      }.filter { !$0.isEmpty }
      guard !paths.isEmpty else { throw LimpidError(.noInput, "\(filesFrom): it lists no images") }
      return paths
    }
  }

  private static func contents(_ path: String) throws(LimpidError) -> [UInt8] {
    let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw LimpidError(.noInput, "\(path): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var (text, block) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    while true {
      let count = read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw LimpidError(.transfer, "\(path): \(String(cString: strerror(errno)))")
      }
      guard count > 0 else { return text }
      text += block[..<count]
    }
  }

  private static func part(_ text: String) throws -> Shard {
    guard let shard = Shard(text) else {
      throw ValidationError("--shard is i/N with i from 0 to N-1, not '\(text)'")
    }
    return shard
  }
}

extension PageChoice: ExpressibleByArgument {}
extension OrientationChoice: ExpressibleByArgument {}

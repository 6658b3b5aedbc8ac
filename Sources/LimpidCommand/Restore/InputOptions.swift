import ArgumentParser
import Batch
import Glibc
import Images
import Paths
import Pictures

/// Which images are restored, and where they go.
struct InputOptions: ParsableArguments {
  @Argument(help: "Images, folders and patterns, as with --input.")
  var images: [Path] = []

  @Option(
    name: .shortAndLong,
    help: """
      An image, a folder of images or a pattern; may be given several times. - reads an image, or \
      frames (YUV4MPEG2), from standard input.
      """)
  var input: [Path] = []

  @Option(
    name: .shortAndLong,
    help: """
      The restored image, or a folder for several; - writes an image or frames to standard output.
      """)
  var output: Path?

  @Option(help: "A file with one path per line (or, if it holds any, between NULs); - reads stdin.")
  var filesFrom: Path?

  @Option(
    defaultAsFlag: .lines,
    help: """
      Restore what --files-from lists as it is written, with the network loaded, until the list \
      ends. --follow nul: its paths end with NULs, not with lines.
      """)
  var follow: PathStream.End?

  @Flag(inversion: .prefixedNo, help: "Search folders in folders.")
  var recursive = true

  @Option(help: "Only images whose path or name fits this pattern; may be given several times.")
  var include: [Path] = []

  @Option(help: "No images whose path or name fits this pattern; may be given several times.")
  var exclude: [Path] = []

  @Option(help: "The first page of a TIFF, or all of them, which become a TIFF again.")
  var page = PagePolicy.first

  @Option(help: "bake: turn images upright as their tags say; keep: pixels and tags stay.")
  var orientation = OrientationPolicy.bake

  @Option(parsing: .unconditional, help: "Put behind the stems of names.")
  var suffix: Path = ""

  @Option(help: "Names of outputs, of {stem} {ext} {name} {model} {parent} {scale}.")
  var nameTemplate: Path = "{stem}.{ext}"

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
    guard !input.isEmpty || !images.isEmpty || filesFrom != nil else {
      throw ValidationError("nothing to restore: give --input or --files-from")
    }
    guard (output == nil) == inPlace else {
      throw ValidationError("give either --output or --in-place")
    }
    guard filesFrom != "-" || !input.contains("-") else {
      throw ValidationError("standard input is a list or an image")
    }
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
  }

  /// Whether an image is read from standard input.
  var readsStream: Bool { (input + images).contains(JobRequest.stream) }

  func request(_ format: ImageFormat?, model: String, overwrites: Bool) throws(LimpidError)
    -> JobRequest
  {
    var request = JobRequest()
    request.inputs = input + images
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

  /// The list that is restored while it is written; nil where there is none.
  var followed: PathStream? {
    get throws(LimpidError) {
      guard let follow, let filesFrom else { return nil }
      return try PathStream(filesFrom, endingWith: follow)
    }
  }

  /// A list may begin with a byte order mark.
  private var listed: [Path] {
    get throws(LimpidError) {
      guard let filesFrom, follow == nil else { return [] }
      var text = try Self.contents(filesFrom)[...]
      if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
      let separator: UInt8 = text.contains(0) ? 0 : 0x0A
      let paths = text.split(separator: separator).map { line in
        Path(bytes: separator == 0x0A && line.last == 0x0D ? line.dropLast() : line)
      }.filter { !$0.isEmpty }
      guard !paths.isEmpty else { throw LimpidError(.noInput, "\(filesFrom): it lists no images") }
      return paths
    }
  }

  private static func contents(_ path: Path) throws(LimpidError) -> [UInt8] {
    let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path.cString, O_RDONLY | O_CLOEXEC)
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

extension PagePolicy: ExpressibleByArgument {}
extension OrientationPolicy: ExpressibleByArgument {}

import OpenCL

/// What the work-items of a device can do together, found by building and running small kernels:
/// neither a device's name nor its list of extensions is to be relied on.
struct TiledFeatures: Sendable {
  /// How 32 neighbouring work-items exchange numbers; the values of SUBGROUPS in tiled/lanes.h.
  enum Exchange: Int, Sendable {
    case localMemory = 0
    case ptx = 1
    case subgroups = 2
  }

  var exchange = Exchange.localMemory

  init() {}

  /// Tries the features on a device.
  init(probing context: Context, _ queue: Queue) {
    exchange =
      [.ptx, .subgroups].first { candidate in
        Self.holds("exchange", ["#define SUBGROUPS \(candidate.rawValue)"], context, queue)
      } ?? .localMemory
  }

  /// `#define` lines for every kernel.
  var definitions: [String] {
    exchange == .localMemory ? [] : ["#define SUBGROUPS \(exchange.rawValue)"]
  }

  /// Whether an entry of tiled/probe.cl builds under the definitions and all of its 64 work-items
  /// find what they expect.
  private static func holds(
    _ entry: String, _ definitions: [String], _ context: Context, _ queue: Queue
  ) -> Bool {
    let source = KernelLibrary.source("tiled/probe", definitions: definitions)
    var verdicts = [Int32](repeating: 0, count: 64)
    do {
      let program = try Program(context, source: source, options: "-cl-std=CL1.2")
      let kernel = try Kernel(program, entry)
      let buffer = try Buffer(context, byteCount: verdicts.count * 4)
      try verdicts.withUnsafeBytes { try queue.write($0, to: buffer) }
      try kernel.set(0, buffer)
      try queue.launch(kernel, global: [verdicts.count], local: [verdicts.count])
      try verdicts.withUnsafeMutableBytes { try queue.read(buffer, into: $0) }
    } catch {
      return false
    }
    return verdicts.allSatisfy { $0 == 1 }
  }
}

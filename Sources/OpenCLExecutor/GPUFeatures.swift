import OpenCL

/// The matrix instructions that a device which has none pretends to have, for checks.
package enum EmulatedMatrixUnit: String, Codable, Sendable {
  /// Those of 32 work-items.
  case lanes
  /// And those of 128.
  case warpgroups
}

/// What the work-items of a device can do together, found by building and running small kernels:
/// neither a device's name nor its list of extensions is to be relied on.
struct GPUFeatures: Sendable {
  /// How 32 neighbouring work-items exchange numbers; the values of SUBGROUPS in gpu/lanes.h.
  enum Exchange: Int, Sendable {
    case localMemory = 0
    case ptx = 1
    case subgroups = 2
  }

  /// Who multiplies matrices of half; the values of MATRIX in gpu/matrix.h.
  enum MatrixUnit: Int, Sendable {
    /// The exchange between work-items, for checks.
    case emulated = 0
    /// Instructions, with local addresses as they are ...
    case ptx = 1
    /// ... or converted.
    case ptxConverted = 2
  }

  var exchange = Exchange.localMemory
  /// nil where there is none.
  var matrixUnit: MatrixUnit?
  /// Why 128 work-items cannot multiply together by PTX that is spliced; nil where they can.
  var warpgroupFault: String? = "nothing of this executor needs them"
  /// Bytes of local memory that their kernels may have.
  var warpgroupBytes = 0

  init() {}

  /// Tries the features on a device.
  /// - Parameters:
  ///   - triesWarpgroups: whether the products of 128 work-items are looked for.
  ///   - emulated: what a device without matrix instructions pretends to have.
  init(
    probing context: Context, _ queue: Queue, triesWarpgroups: Bool,
    emulating emulated: EmulatedMatrixUnit? = nil
  ) {
    exchange =
      [.ptx, .subgroups].first { candidate in
        let features = GPUFeatures(exchange: candidate, matrixUnit: nil)
        return features.hold("exchange", context, queue)
      } ?? .localMemory
    let units: [MatrixUnit] =
      (exchange == .ptx ? [.ptx, .ptxConverted] : []) + (emulated == nil ? [] : [.emulated])
    matrixUnit = units.first { candidate in
      GPUFeatures(exchange: exchange, matrixUnit: candidate).hold("matrix", context, queue)
    }
    switch (matrixUnit, emulated) {
    case (nil, _): warpgroupFault = "32 work-items cannot either"
    case (.emulated, .warpgroups): (warpgroupFault, warpgroupBytes) = (nil, .max)
    case (.emulated, .lanes), (.emulated, nil): break
    case (.ptx, _), (.ptxConverted, _):
      guard triesWarpgroups else { break }
      do {
        warpgroupBytes = try WarpgroupProbe.localBytes(
          on: context.device, definitions: definitions)
        warpgroupFault = nil
      } catch {
        warpgroupFault = "\(error)"
      }
    }
  }

  init(exchange: Exchange, matrixUnit: MatrixUnit?) {
    self.exchange = exchange
    self.matrixUnit = matrixUnit
  }

  /// Whether matrix instructions are pretended.
  var isEmulated: Bool {
    switch matrixUnit {
    case .emulated: true
    case .ptx, .ptxConverted, nil: false
    }
  }

  /// Whether there are matrix instructions, and no pretended ones.
  var hasMatrixUnits: Bool { matrixUnit != nil && !isEmulated }

  /// What a reader wants to know of these: names and values.
  var findings: [(name: String, value: String)] {
    let exchange =
      switch exchange {
      case .localMemory: "local memory"
      case .ptx: "inline PTX"
      case .subgroups: "sub-groups"
      }
    let unit =
      switch matrixUnit {
      case nil: "does not work"
      case .emulated: "emulated"
      case .ptx, .ptxConverted: "works"
      }
    return [
      ("exchange", exchange), ("mma_sync", unit),
      (
        "wgmma",
        warpgroupFault.map { "does not work: \($0)" } ?? "works, \(warpgroupBytes >> 10) KiB"
      ),
    ]
  }

  /// `#define` lines for every kernel.
  var definitions: [String] {
    var definitions: [String] = []
    switch exchange {
    case .localMemory: break
    case .ptx, .subgroups: definitions.append("#define SUBGROUPS \(exchange.rawValue)")
    }
    if let matrixUnit { definitions.append("#define MATRIX \(matrixUnit.rawValue)") }
    return definitions
  }

  /// Whether an entry of gpu/probe.cl builds and all of its 64 work-items find what they expect.
  private func hold(_ entry: String, _ context: Context, _ queue: Queue) -> Bool {
    let source = KernelLibrary.source("gpu/probe", definitions: definitions)
    let data = (0..<384).map { Float16($0 * $0 % 11) - 5 }
    var verdicts = [Int32](repeating: 0, count: 64)
    do {
      let program = try Program(context, source: source, options: "-cl-std=CL1.2 -w")
      let kernel = try Kernel(program, entry)
      let buffer = try Buffer(context, byteCount: verdicts.count * 4)
      let operand = try Buffer(context, byteCount: data.count * 2)
      try verdicts.withUnsafeBytes { try queue.write($0, to: buffer) }
      try data.withUnsafeBytes { try queue.write($0, to: operand) }
      try kernel.set(0, buffer)
      try kernel.set(1, operand)
      try queue.launch(kernel, global: [verdicts.count], local: [verdicts.count])
      try verdicts.withUnsafeMutableBytes { try queue.read(buffer, into: $0) }
    } catch {
      return false
    }
    return verdicts.allSatisfy { $0 == 1 }
  }
}

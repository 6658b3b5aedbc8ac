import OpenCL

/// Measures what a device can do at best: of several runs the fastest, since others may have the
/// machine meanwhile, and a processor that was idle takes a tenth of a second to reach its clock.
struct LimitProbe {
  private static let runs = 7
  /// Seconds that all runs of a kernel are to take at least.
  private static let warm = 0.2
  /// Seconds that one run is to take at least.
  private static let least = 0.004

  let executor: OpenCLExecutor
  private let scratch: Buffer

  init(_ executor: OpenCLExecutor) throws {
    self.executor = executor
    scratch = try Buffer(executor.context, byteCount: 4096)
    try [Float](repeating: 0, count: 1024).withUnsafeBytes {
      try executor.queue.write($0, to: scratch)
    }
  }

  func limits() throws -> DeviceLimits {
    let launches = try launchTimes()
    return DeviceLimits(
      multiplyAdd: try [6, 12].map { try multiplyAdd(chains: $0) }.max() ?? 0,
      halfMultiplyAdd: halfMultiplyAdd(), matrix: try? matrix(), bandwidths: try bandwidths(),
      launch: launches.host, emptyKernel: launches.device, hostToDevice: try hostToDevice())
  }

  private func multiplyAdd(chains: Int) throws -> Double {
    let kernel = try kernel("multiply_add", ["#define CHAINS \(chains)"])
    return try rate(kernel, flops: 16 * chains * executor.target.width)
  }

  private func halfMultiplyAdd() -> Double? {
    let isAdvertised = executor.device.extensions.contains("cl_khr_fp16")
    let usesPTX = executor.target.features.exchange == .ptx
    guard isAdvertised || usesPTX else { return nil }
    let width = isAdvertised ? executor.target.width : 2
    let rates = [6, 12].compactMap { chains in
      try? rate(
        kernel(
          "half_multiply_add",
          ["#define CHAINS \(chains)", "#define HALF_ARITHMETIC \(isAdvertised ? 1 : 2)"]),
        flops: 16 * chains * width)
    }
    return rates.max()
  }

  private func matrix() throws -> Double? {
    let features = executor.target.features
    guard features.matrixUnit != nil, !features.isEmulated else { return nil }
    let source = KernelLibrary.source("gpu/matrix_limit", definitions: features.definitions)
    let kernel = try Kernel(try executor.programs.program(source), "matrix_limit")
    return try rate(kernel, flops: 8 * 4096 / 32, group: 128)
  }

  /// Operations a second of a kernel that computes `flops` in each work-item and round.
  private func rate(_ kernel: Kernel, flops: Int, group: Int? = nil) throws -> Double {
    let local = group ?? self.group
    let items = local * executor.device.computeUnits * (isCPU ? 4 : 16)
    try kernel.set(0, scratch)
    let (seconds, rounds) = try fastest { rounds in
      try kernel.set(1, Int32(rounds))
      return try self.seconds(kernel, items, local)
    }
    return Double(items) * Double(rounds) * Double(flops) / seconds
  }

  /// Runs with ever more rounds until one takes long enough, then takes the fastest of those that
  /// follow.
  private func fastest(_ run: (Int) throws -> Double) throws -> (seconds: Double, rounds: Int) {
    var rounds = 1
    while try run(rounds) < Self.least, rounds < 1 << 24 { rounds *= 2 }
    var times: [Double] = []
    while times.count < Self.runs || times.reduce(0, +) < Self.warm, times.count < 100 {
      times.append(try run(rounds))
    }
    return (max(times.min() ?? 0, 1e-9), rounds)
  }

  private func seconds(_ kernel: Kernel, _ items: Int, _ group: Int) throws -> Double {
    let event = try executor.profilingQueue.launch(kernel, global: [items], local: [group])
    try executor.profilingQueue.finish()
    return try event?.seconds() ?? 0
  }

  private var isCPU: Bool {
    switch executor.target.family {
    case .cpu: true
    case .gpu: false
    }
  }
  private var group: Int { isCPU ? 1 : min(256, executor.device.largestWorkGroup) }

  private func kernel(_ entry: String, _ definitions: [String] = []) throws -> Kernel {
    let width = "#define WIDTH \(executor.target.width)"
    let source = KernelLibrary.source("portable/limits", definitions: [width] + definitions)
    return try Kernel(try executor.programs.program(source), entry)
  }
}

extension LimitProbe {
  /// Bytes that a pass reads and writes, up to a part of the memory.
  private var sizes: [Int] {
    let largest = min(executor.device.largestAllocation, executor.device.globalMemory / 4)
    return [1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26, 1 << 28]
      .filter { $0 == 1 << 16 || $0 <= largest }
  }

  private func bandwidths() throws -> [DeviceLimits.Bandwidth] {
    let kernels = try ["read_all", "copy_all"].map { try kernel($0) }
    return try sizes.map { size in
      let rates = try kernels.map { try bandwidth($0, size) }
      return DeviceLimits.Bandwidth(size: size, rate: rates.max() ?? 0)
    }
  }

  /// Bytes a second of a kernel, of which one that copies has half to read.
  private func bandwidth(_ kernel: Kernel, _ size: Int) throws -> Double {
    let read = kernel.name == "copy_all" ? size / 2 : size
    let vectors = read / (4 * executor.target.width)
    let items = max(min(vectors / 2, isCPU ? executor.device.computeUnits * 4 : 1 << 16), group)
    let whole = items / group * group
    let count = max(vectors / whole / 2 * 2, 2)
    let byteCount = whole * count * 4 * executor.target.width
    let source = try Buffer(executor.context, byteCount: byteCount)
    let target = try Buffer(executor.context, byteCount: byteCount)
    // Memory that nothing was written to may be one page over and over.
    try executor.queue.copy(source, to: target)
    try executor.queue.copy(target, to: source)
    for (index, buffer) in [source, target].enumerated() { try kernel.set(index, buffer) }
    // One after the other for each item on CPUs, for neighbouring items elsewhere.
    for (index, number) in [count, isCPU ? 1 : whole, isCPU ? count : 1].enumerated() {
      try kernel.set(2 + index, Int32(number))
    }
    let (seconds, rounds) = try fastest { rounds in
      try kernel.set(5, Int32(rounds))
      return try self.seconds(kernel, whole, group)
    }
    let moved = byteCount * (kernel.name == "copy_all" ? 2 : 1)
    return Double(moved) * Double(rounds) / seconds
  }

  private func launchTimes() throws -> (host: Double, device: Double) {
    let kernel = try kernel("nothing")
    try kernel.set(0, scratch)
    let count = 200
    let clock = ContinuousClock()
    let host = try (0..<Self.runs).map { _ in
      try clock.measure {
        for _ in 0..<count { try executor.queue.launch(kernel, global: [group], local: [group]) }
        try executor.queue.finish()
      } / Duration.seconds(count)
    }
    let device = try (0..<50).map { _ in try seconds(kernel, group, group) }
    return (host.min() ?? 0, device.min() ?? 0)
  }

  private func hostToDevice() throws -> Double {
    let size = min(64 << 20, executor.device.largestAllocation)
    let target = try Buffer(executor.context, byteCount: size)
    let pinned = try Buffer(pinned: executor.context, byteCount: size)
    try executor.queue.copy(target, to: pinned)
    try executor.queue.finish()
    let clock = ContinuousClock()
    let times = try (0..<Self.runs).map { _ in
      try clock.measure {
        try executor.queue.copy(pinned, to: target)
        try executor.queue.finish()
      } / Duration.seconds(1)
    }
    return Double(size) / max(times.min() ?? 0, 1e-9)
  }
}

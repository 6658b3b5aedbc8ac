import IR
import OpenCL
import OpenCLExecutor
import Pictures
import ReferenceExecutor
import Synchronization
import Tensors

/// A device that was chosen and opened, ready to compile networks.
package struct Engine: Sendable {
  package enum Backend: Sendable {
    case reference(ReferenceExecutor)
    case openCL(OpenCLExecutor)
  }

  package let backend: Backend
  /// Of everything that is loaded on the device.
  package let plans: PlanCache
  private let wide: WideExecutor
  /// What of the results in f16 was no finite number.
  let overflows: OverflowCount
  /// Storage type of values on the device: `.f32` or `.f16`.
  package let dtype: DType
  /// `reference`, or `opencl:N`.
  package let identifier: String
  /// Bytes of device memory that plans of this process may take by the user's will; nil for what
  /// the device has.
  package let memoryLimit: Int?
  /// Processes that share the device's memory.
  package let processes: Int
  /// Why the device's tuning file was passed over, as one line; nil when it was not.
  package let notice: String?

  /// - Parameters:
  ///   - isStrict: whether devices must not use faster algorithms that round otherwise.
  ///   - memoryLimit: bytes of device memory that plans of all processes may take; a negative
  ///     number leaves that many to others.
  ///   - processes: that share the device; nil: as many as keep it busy.
  ///   - family: the kernels to use; nil for those made for devices of this kind.
  ///   - emulated: matrix instructions that a device which has none pretends to have, slowly.
  ///   - usesWarpgroups: whether products in f16 may be those of warpgroups.
  package init(
    _ choice: DeviceSelector, dtype: DType = .f32, isStrict: Bool = false,
    memoryLimit: Int? = nil, processes: Int? = 1, family: KernelFamily? = nil,
    emulating emulated: EmulatedMatrixUnit? = nil, usesWarpgroups: Bool = true
  ) throws(LimpidError) {
    self.dtype = dtype
    (plans, wide, overflows) = (PlanCache(), WideExecutor(), OverflowCount())
    guard choice != .reference else {
      guard dtype == .f32 else {
        throw LimpidError(.usage, "the reference computes in f32 only")
      }
      backend = .reference(ReferenceExecutor())
      (self.memoryLimit, self.processes, notice) = (nil, max(processes ?? 1, 1), nil)
      identifier = "reference"
      return
    }
    let (index, device) = try Devices.chosen(choice)
    identifier = "opencl:\(index)"
    let sharers = max(processes ?? Self.processes(on: device), 1)
    let limit = memoryLimit.map { ($0 < 0 ? max(device.globalMemory + $0, 0) : $0) / sharers }
    (self.memoryLimit, self.processes) = (limit, sharers)
    let tuning = Self.tuning(of: device, dtype, family)
    notice = tuning?.notice
    do {
      backend = .openCL(
        try OpenCLExecutor(
          device, dtype: dtype, math: isStrict ? .strict : .fast,
          optimizesPrograms: emulated == nil, family: family,
          emulating: emulated, usesWarpgroups: usesWarpgroups,
          memory: DeviceMemory(limit: limit ?? .max), tuning: tuning?.row))
    } catch {
      throw LimpidError(error, subject: identifier)
    }
  }

  /// What the device's tuning file says; nil for kernels that are not made for its kind.
  fileprivate static func tuning(
    of device: Device, _ dtype: DType, _ family: KernelFamily?
  ) -> (row: TuningRow, notice: String?)? {
    let usual = KernelFamily(for: device)
    return family ?? usual == usual ? TuningFile(for: device, dtype).tuning : nil
  }

  private init(
    _ engine: Engine, _ dtype: DType, executor: OpenCLExecutor, plans: PlanCache,
    wide: WideExecutor
  ) {
    backend = .openCL(executor)
    self.dtype = dtype
    (self.plans, self.wide, overflows) = (plans, wide, engine.overflows)
    (identifier, memoryLimit) = (engine.identifier, engine.memoryLimit)
    processes = engine.processes
    notice = engine.notice
  }

  /// The same device, with the same account of its memory and the same plans, with values stored in
  /// f32.
  package func inFloat() throws(LimpidError) -> Engine {
    guard dtype != .f32, case .openCL(let executor) = backend else { return self }
    do {
      return Engine(
        self, .f32, executor: try wide.opened(beside: executor), plans: plans, wide: wide)
    } catch {
      throw LimpidError(error, subject: identifier)
    }
  }

  /// The same device and programs with another value of one choice of its tuning; the reference as
  /// it is.
  package func changing(_ setting: ChoiceSetting) -> Engine {
    guard case .openCL(let executor) = backend else { return self }
    let tuning = executor.tuning.replacing([setting.choice: setting.value])
    return Engine(
      self, dtype, executor: OpenCLExecutor(executor, tuning: tuning), plans: PlanCache(),
      wide: WideExecutor())
  }

  package var executor: any Executor {
    switch backend {
    case .reference(let executor): executor
    case .openCL(let executor): executor
    }
  }

  /// nil for the reference.
  var device: Device? {
    guard case .openCL(let executor) = backend else { return nil }
    return executor.device
  }

  /// What the last bits of results depend on: the kind of device, dtype, mathematics and, where
  /// that is fast, which algorithms the tuning prefers.
  package var arithmetic: String {
    guard case .openCL(let executor) = backend else { return identifier }
    let device = executor.device.isCPU ? "cpu" : executor.device.name
    return "\(device) \(dtype) \(executor.math) \(executor.algorithm)"
  }

  /// `opencl:0 (NAME)`, or `reference`.
  package var description: String { device.map { "\(identifier) (\($0.name))" } ?? identifier }

  /// The version of the device's driver; nil for the reference.
  package var driver: String? { device?.driver }

  package func plan(_ graph: Graph, weights: any WeightSource) throws -> any Plan {
    try plans([graph], weights: weights, keeping: [])[0]
  }

  /// Plans of one network that share its parameters, and values: see
  /// ``Executor/prepare(_:weights:keeping:)``.
  package func plans(
    _ graphs: [Graph], weights: any WeightSource, keeping carries: [Carry]
  ) throws -> [any Plan] {
    var (folded, weights) = ([Graph](), weights)
    for (number, graph) in graphs.enumerated() {
      let part = FoldedGraph(graph, number: number)
      weights = try part.weights(weights, on: ReferenceExecutor())
      folded.append(part.graph)
    }
    return try executor.prepare(folded, weights: weights, keeping: carries)
  }

  /// What ``plan(_:weights:)`` would hold whose parameters are not quantised.
  func footprint(of graph: Graph) throws -> Footprint {
    try footprint(of: [graph], weights: NoWeights(), keeping: [])
  }

  /// What ``plans(_:weights:keeping:)`` would hold.
  package func footprint(
    of graphs: [Graph], weights: any WeightSource, keeping carries: [Carry]
  ) throws -> Footprint {
    let folded = graphs.enumerated().map { FoldedGraph($1, number: $0).graph }
    return try executor.footprint(of: folded, weights: weights, keeping: carries)
  }
}

/// The executor for f32 of a device that has one for f16, opened when it is first needed.
private final class WideExecutor: Sendable {
  private let executor = Mutex<OpenCLExecutor?>(nil)

  func opened(beside narrow: OpenCLExecutor) throws -> OpenCLExecutor {
    try executor.withLock { executor in
      if let executor { return executor }
      let opened = try OpenCLExecutor(
        narrow.device, math: narrow.math, family: narrow.tuning.family, memory: narrow.memory,
        tuning: Engine.tuning(of: narrow.device, .f32, narrow.tuning.family)?.row)
      executor = opened
      return opened
    }
  }
}

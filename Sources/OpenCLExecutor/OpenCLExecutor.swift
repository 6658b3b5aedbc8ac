import IR
import OpenCL
import Tensors

/// Runs graphs on an OpenCL device.
package final class OpenCLExecutor: Executor {
  let context: Context
  let queue: Queue
  let profilingQueue: Queue
  let programs: ProgramCache
  let transfers: Transfers
  let target: Target
  /// Whether neighbouring ops become one step.
  package let fuses: Bool
  let isolatesValues: Bool
  /// A loop tells how far it is at least every so many floating-point operations.
  let flopsPerReport: Int
  /// Operations above which a launch that can be divided is.
  let flopsPerLaunch: Int

  /// - Parameters:
  ///   - dtype: how values are stored.
  ///   - math: whether faster algorithms that round otherwise may be used.
  ///   - cachesPrograms: whether built programs are kept on disk for the next process.
  ///   - optimizesPrograms: whether compilers take the time that fast programs need.
  ///   - fuses: whether neighbouring ops become one step; parity checks switch it off.
  ///   - isolatesValues: whether every value has a buffer of its own, so that a checker sees
  ///     accesses past its end.
  ///   - family: the kernels to use; nil for those made for devices of this kind.
  ///   - emulated: matrix instructions that a device which has none pretends to have, so that the
  ///     GPU kernels for them can be checked.
  ///   - usesWarpgroups: whether products in f16 may be those of warpgroups.
  ///   - probesAnew: whether the device is asked what it can do though an answer is remembered.
  ///   - bandLines: lines that convolutions in a row compute at a time, for checks; nil: as many as
  ///     suit the device.
  ///   - placesOperands: whether operands of concatenations are written in place, and slices read
  ///     in place, for checks.
  ///   - flopsPerReport: operations after which a loop tells how far it is, within its steps too.
  ///   - flopsPerLaunch: operations above which a launch that can be divided is: a GPU that also
  ///     draws a display must end one within two seconds; nil: so many that a compute unit does one
  ///     billion in a second.
  ///   - memory: the account of what plans take, and its limit.
  ///   - tuning: how kernels cut their work; nil for what the tables say of the device.
  package init(
    _ device: Device, dtype: DType = .f32, math: MathMode = .fast, fuses: Bool = true,
    cachesPrograms: Bool = true, optimizesPrograms: Bool = true, isolatesValues: Bool = false,
    family: KernelFamily? = nil, emulating emulated: EmulatedMatrixUnit? = nil,
    usesWarpgroups: Bool = true,
    probesAnew: Bool = false, bandLines: Int? = nil, placesOperands: Bool = true,
    flopsPerReport: Int = 200_000_000_000, flopsPerLaunch: Int? = nil,
    memory: DeviceMemory = DeviceMemory(),
    tuning: TuningRow? = nil
  ) throws {
    self.flopsPerReport = flopsPerReport
    self.flopsPerLaunch = flopsPerLaunch ?? 2_000_000_000 * device.computeUnits
    self.fuses = fuses
    self.isolatesValues = isolatesValues
    context = try Context(device, memory: memory)
    queue = try Queue(context)
    profilingQueue = try Queue(context, profiling: true)
    programs = ProgramCache(
      context, folder: cachesPrograms ? ProgramCache.standardFolder : nil,
      optimizes: optimizesPrograms)
    let family = family ?? KernelFamily(for: device)
    transfers = Transfers(context, queue, programs, family: family)
    let triesWarpgroups = dtype == .f16 && usesWarpgroups
    let features =
      switch family {
      case .cpu: GPUFeatures()
      case .gpu where emulated == nil && cachesPrograms:
        GPUFeatures.remembered(
          context, queue, triesWarpgroups: triesWarpgroups, probesAnew: probesAnew)
      case .gpu:
        GPUFeatures(
          probing: context, queue, triesWarpgroups: triesWarpgroups, emulating: emulated)
      }
    target = Target(
      family: family, dtype: dtype, math: math, device: device, features: features,
      tuning: tuning ?? TuningTable.row(for: device, family: family), bandLines: bandLines,
      placesOperands: placesOperands)
  }

  /// The same device, memory and programs with another tuning.
  package init(_ other: OpenCLExecutor, tuning: TuningRow) {
    (context, queue, profilingQueue) = (other.context, other.queue, other.profilingQueue)
    (programs, transfers, fuses) = (other.programs, other.transfers, other.fuses)
    (isolatesValues, flopsPerReport) = (other.isolatesValues, other.flopsPerReport)
    flopsPerLaunch = other.flopsPerLaunch
    var target = other.target
    target.tuning = tuning
    self.target = target
  }

  package var device: Device { context.device }
  package var memory: DeviceMemory { context.memory }

  package var math: MathMode { target.math }
  package var roundsOperands: Bool { target.roundsOperands }
  package var tuning: TuningRow { target.tuning }

  package var name: String {
    let forced = target.family == KernelFamily(for: device) ? "" : ", \(target.family)"
    let features = target.features
    let emulated =
      !features.isEmulated
      ? "" : features.warpgroupFault == nil ? ", emulated warpgroups" : ", emulated matrix unit"
    return device.name + forced + emulated + (fuses ? "" : ", unfused")
      + (math.isFast ? "" : ", strict")
  }

  /// What was found out about the device: names in JSON's style, and values for readers.
  package var findings: [(name: String, value: String)] {
    let features =
      switch target.family {
      case .cpu: [] as [(name: String, value: String)]
      case .gpu: target.features.findings
      }
    return [("kernels", "\(target.family)")] + features
  }

  /// Whether products in f16 go through matrix instructions that the device has itself.
  package var hasMatrixUnits: Bool { target.features.hasMatrixUnits }

  /// Whether they go through the imitation of such instructions.
  package var emulatesMatrixUnits: Bool { target.features.isEmulated }

  /// Whether a device has matrix instructions, in the use that is its own; false for CPUs.
  package static func hasMatrixUnits(_ device: Device) throws -> Bool {
    guard KernelFamily(for: device) == .gpu else { return false }
    return try GPUFeatures.known(of: device).hasMatrixUnits
  }

  package func prepare(_ graph: Graph, weights: any WeightSource) throws -> any Plan {
    try plan(graph, weights: weights)
  }

  package func prepare(
    _ graphs: [Graph], weights: any WeightSource, keeping carries: [Carry]
  ) throws -> [any Plan] {
    _ = try OperandError.shapes(of: carries, in: graphs)
    let shared = SharedMemory()
    return try graphs.map { try plan($0, weights: weights, keeping: carries, in: shared) }
  }

  /// Compiles a graph.
  /// - Parameter observes: whether every value that is written can be read back after a run.
  package func plan(
    _ graph: Graph, weights: any WeightSource, observes: Bool = false
  ) throws -> OpenCLPlan {
    try plan(graph, weights: weights, observes: observes, keeping: [], in: SharedMemory())
  }

  private func plan(
    _ graph: Graph, weights: any WeightSource, observes: Bool = false, keeping carries: [Carry],
    in shared: SharedMemory
  ) throws -> OpenCLPlan {
    while true {
      let lowered = try LoweredGraph(
        graph, weights: weights, target: target, fuses: fuses, observes: observes,
        keeping: carries)
      do {
        return try OpenCLPlan(lowered, executor: self, in: shared)
      } catch let refusal as GroupRefusal {
        // Lowered again without that tile.
        guard target.oversized.insert(refusal.program) else { throw refusal }
      }
    }
  }

  package func footprint(
    of graphs: [Graph], weights: any WeightSource, keeping carries: [Carry]
  ) throws -> Footprint {
    let lowered = try graphs.map {
      try LoweredGraph(
        $0, weights: weights, target: target, fuses: fuses, observes: false, keeping: carries)
    }
    return Footprint(lowered, device)
  }

  /// The choices that decide which algorithms its plans take, spelled; empty when they are strict.
  package var algorithm: String {
    guard math.isFast else { return "" }
    return Choice.all(of: tuning.family).filter(\.decidesAlgorithm)
      .map { "\($0.name) \(Choice.spelled(tuning[$0]))" }.joined(separator: ", ")
  }

  /// The kernels that a plan for the graph would launch, as `file/entry`; builds nothing.
  /// - Parameter weights: asked for nothing but how they are quantised.
  package func kernels(
    of graph: Graph, weights: any WeightSource = NoWeights()
  ) throws -> Set<String> {
    Set(try unweighted(graph, weights).steps.map { $0.program.file + "/" + $0.entry })
  }

  /// How many programs plans for the graphs are made of, each counted once; builds nothing.
  package func programCount(of graphs: [Graph]) throws -> Int {
    try Set(graphs.flatMap { try unweighted($0).sources }).count
  }

  /// Begins to build what a lowered graph needs and is not built. GPUs are left to one process:
  /// every other would take some of their memory.
  func build(_ lowered: LoweredGraph) -> SharedBuild {
    SharedBuild(
      device.isCPU ? lowered.sources : [], programs, processes: device.computeUnits)
  }

  func unweighted(
    _ graph: Graph, _ weights: any WeightSource = NoWeights()
  ) throws -> LoweredGraph {
    try LoweredGraph(
      graph, weights: weights, target: target, fuses: fuses, observes: false)
  }
}

import IR
import OpenCL
import Synchronization
import Tensors

/// A compiled graph on an OpenCL device: kernels with their arguments set, memory laid out.
///
/// Running it writes the operands, enqueues the steps and reads the results; nothing is allocated
/// or compiled. All runs use the same memory and arguments, so each waits for the one before; what
/// other plans enqueue in between does not touch them.
package final class OpenCLPlan: Plan {
  /// Time of one step in one run, all its passes.
  package struct StepTime: Sendable {
    package let kernel: String
    package let label: String
    package let launches: Int
    package let flops: Int
    /// Operations that are carried out: fewer where an algorithm saves some.
    package let executedFlops: Int
    /// Bytes of the operands and results, each counted once.
    package let bytes: Int
    package let seconds: Double
  }

  private struct Launch: Sendable {
    let kernel: Kernel
    let step: Step
    /// The arguments that differ from pass to pass.
    let varying: [(index: Int, numbers: [Int32])]
    /// Floating-point operations of a pass.
    var flops: Int { step.flops / step.globals.count }
  }

  private let graph: Graph
  /// Operands that runs find where others left them.
  private let kept: [Carry]
  private let queue: Queue
  private let transfers: Transfers
  private let profilingQueue: Queue
  private let launches: [Launch]
  private let schedule: Schedule
  /// Floating-point operations of a run, and after how many a loop tells how far it is.
  private let flops: Int
  private let flopsPerReport: Int
  private let flopsPerLaunch: Int
  private let inputs: [(name: String, buffer: Buffer)]
  private let outputs: [(name: String, shape: Shape, buffer: Buffer)]
  private let memory: PlanMemory
  private let shared: SharedMemory
  /// Whole values that can be read back after a run, in evaluation order.
  private let observable: [(value: Graph.Value, shape: Shape, buffer: Buffer)]

  init(_ lowered: LoweredGraph, executor: OpenCLExecutor, in shared: SharedMemory) throws {
    (graph, kept, self.shared) = (lowered.graph, lowered.carries, shared)
    (queue, transfers) = (executor.queue, executor.transfers)
    profilingQueue = executor.profilingQueue
    let build = executor.build(lowered)
    defer { build.end() }
    let memory = try PlanMemory(
      lowered, isolates: executor.isolatesValues, shared: shared, context: executor.context,
      queue: executor.queue)
    self.memory = memory
    try build.run()
    launches = try lowered.steps.map { step in
      let source = KernelLibrary.source(step.program, target: lowered.target).text
      let isSpliced = lowered.target.splices(step.program)
      let kernel = try Kernel(
        try executor.programs.program(source, isSpliced: isSpliced), step.entry)
      let fitted = step.groupSize > 1 ? try step.fitted(to: kernel.largestGroup) : step
      return Launch(
        kernel: kernel, step: fitted, varying: try Self.bind(step, to: kernel, memory))
    }
    schedule = lowered.schedule
    flops = schedule.turns.reduce(0) { [launches] in $0 + launches[$1.step].flops }
    flopsPerReport = executor.flopsPerReport
    flopsPerLaunch = executor.flopsPerLaunch
    inputs = lowered.inputs.map { ($0.name, memory.buffer($0.storage)) }
    outputs = lowered.outputs.map { ($0.name, $0.shape, memory.buffer($0.storage)) }
    observable = lowered.observable.map { ($0.value, $0.shape, memory.buffer($0.storage)) }
  }

  /// Bytes of device memory that the plan holds: parameters and arena.
  package var deviceBytes: Int { memory.byteCount }
  /// Bytes of the arena alone.
  package var arenaBytes: Int { memory.arenaByteCount }

  /// Sets the arguments in the order of the signature, checking names where the runtime has them.
  /// - Returns: those that every pass has to set.
  private static func bind(
    _ step: Step, to kernel: Kernel, _ memory: PlanMemory
  ) throws -> [(index: Int, numbers: [Int32])] {
    var varying: [(index: Int, numbers: [Int32])] = []
    guard kernel.argumentCount == step.arguments.count else {
      throw SignatureError(
        kernel: step.entry,
        detail: "\(kernel.argumentCount) parameters, "
          + "\(step.arguments.count) arguments")
    }
    for (index, (name, value)) in step.arguments.enumerated() {
      if let parameter = kernel.parameterName(index), parameter != name {
        throw SignatureError(
          kernel: step.entry, detail: "parameter \(index) is '\(parameter)', not '\(name)'")
      }
      switch value {
      case .read(let storage), .write(let storage):
        try kernel.set(index, memory.buffer(storage))
      case .int(let number):
        try kernel.set(index, try narrow(number, name, in: step))
      case .eachPass(let numbers):
        varying.append((index, try numbers.map { try narrow($0, name, in: step) }))
      case .long(let number):
        try kernel.set(index, Int64(number))
      case .float(let number):
        try kernel.set(index, number)
      case .digits(let numbers, let rest):
        var vector = SIMD8(repeating: try narrow(rest, name, in: step))
        for (place, number) in numbers.enumerated() {
          vector[place] = try narrow(number, name, in: step)
        }
        try kernel.set(index, vector)
      }
    }
    return varying
  }

  private static func narrow(_ number: Int, _ name: String, in step: Step) throws -> Int32 {
    guard let narrow = Int32(exactly: number) else {
      throw SignatureError(kernel: step.entry, detail: "'\(name)' = \(number) exceeds 32 bits")
    }
    return narrow
  }

  package func run(_ operands: [String: HostTensor]) throws -> [String: HostTensor] {
    try OperandError.check(operands, against: graph, keeping: kept)
    return try shared.runs.withLock { _ in try evaluate(operands) }
  }

  private func evaluate(_ operands: [String: HostTensor]) throws -> [String: HostTensor] {
    try write(operands)
    for turn in schedule.turns { try launch(turn, on: queue) }
    return try results()
  }

  package func run(
    _ operands: [String: HostTensor], steps: [[String: HostTensor]], carrying: [Carry],
    reporting report: (Double) throws -> Void
  ) throws -> [String: HostTensor] {
    try OperandError.check(
      operands, steps: steps, carrying: carrying, against: graph, keeping: kept)
    let routes = carrying.map { carry in
      (
        from: outputs.first { $0.name == carry.output }!.buffer,
        to: inputs.first { $0.name == carry.input }!.buffer
      )
    }
    return try shared.runs.withLock { _ in
      try write(operands)
      for (number, step) in steps.enumerated() {
        try write(step)
        try enqueue { try report(Double(number) + $0) }
        if number + 1 < steps.count {
          for route in routes { try queue.copy(route.from, to: route.to) }
        }
        try queue.finish()
        try report(Double(number + 1))
      }
      return try results()
    }
  }

  /// - Returns: the events of its parts, on a profiling queue.
  @discardableResult
  private func launch(_ turn: Schedule.Turn, on queue: Queue) throws -> [Event] {
    let launch = launches[turn.step]
    for (index, numbers) in launch.varying { try launch.kernel.set(index, numbers[turn.pass]) }
    var global = launch.step.globals[turn.pass]
    return try launch.step.parts(of: turn.pass, limit: flopsPerLaunch).compactMap { part in
      global[0] = part.count
      return try queue.launch(
        launch.kernel, global: global, from: part.lowerBound, local: launch.step.local)
    }
  }

  /// Enqueues the steps once; after every so many operations waits for them, and tells the share
  /// that is done.
  private func enqueue(reporting report: (Double) throws -> Void) throws {
    var (done, reported) = (0, 0)
    for turn in schedule.turns {
      if done - reported >= flopsPerReport, done < flops {
        try queue.finish()
        reported = done
        try report(Double(done) / Double(flops))
      }
      try launch(turn, on: queue)
      done += launches[turn.step].flops
    }
  }

  /// Runs once with the device's clock on every step.
  /// - Parameters:
  ///   - repeats: how often each launch runs in a row; its time is the median.
  ///   - eviction: what runs before every launch, so that it finds nothing in caches.
  package func profile(
    _ operands: [String: HostTensor], repeats: Int = 1, evicting eviction: Eviction? = nil
  ) throws -> [StepTime] {
    try OperandError.check(operands, against: graph, keeping: kept)
    return try shared.runs.withLock { _ in try stepTimes(operands, repeats, eviction) }
  }

  private func stepTimes(
    _ operands: [String: HostTensor], _ repeats: Int, _ eviction: Eviction?
  ) throws -> [StepTime] {
    try write(operands)
    try queue.finish()
    let events = try schedule.turns.map { turn in
      try (0..<repeats).map { _ in
        try eviction?.enqueue(on: profilingQueue)
        return try launch(turn, on: profilingQueue)
      }
    }
    try profilingQueue.finish()
    var passes = [(count: Int, seconds: Double)](repeating: (0, 0), count: launches.count)
    for (turn, events) in zip(schedule.turns, events) {
      passes[turn.step].count += 1
      let seconds = try events.map { parts in try parts.reduce(0) { try $0 + $1.seconds() } }
      passes[turn.step].seconds += seconds.median
    }
    return zip(launches, passes).map { launch, passes in
      StepTime(
        kernel: launch.step.program.file, label: launch.step.label,
        launches: passes.count, flops: launch.step.flops,
        executedFlops: launch.step.flops - launch.step.savedFlops,
        bytes: Set(launch.step.storages).reduce(0) { $0 + memory.byteCount(of: $1) },
        seconds: passes.seconds)
    }
  }

  /// Runs and hands every value that the plan keeps to `observe`, in evaluation order. Plans that
  /// were prepared without fusion keep all of them.
  package func run(
    _ operands: [String: HostTensor], observing observe: (Graph.Value, HostTensor) throws -> Void
  ) throws {
    try OperandError.check(operands, against: graph, keeping: kept)
    try shared.runs.withLock { _ in
      _ = try evaluate(operands)
      for (value, shape, buffer) in observable { try observe(value, try read(buffer, shape)) }
    }
  }

  private func write(_ operands: [String: HostTensor]) throws {
    for (name, buffer) in inputs {
      if let operand = operands[name] { try transfers.write(operand, to: buffer) }
    }
  }

  private func results() throws -> [String: HostTensor] {
    var results: [String: HostTensor] = [:]
    for (name, shape, buffer) in outputs { results[name] = try read(buffer, shape) }
    return results
  }

  private func read(_ buffer: Buffer, _ shape: Shape) throws -> HostTensor {
    try HostTensor(shape) { try transfers.read(buffer, into: $0) }
  }
}

/// A step that does not fit its kernel: a fault of the engine, not of its input.
struct SignatureError: Error, CustomStringConvertible {
  let kernel: String
  let detail: String
  var description: String { "kernel \(kernel): \(detail)" }
}

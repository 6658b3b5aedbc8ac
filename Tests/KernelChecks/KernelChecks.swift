import Conformance
import Glibc
import IR
import OpenCL
import OpenCLExecutor
import Tensors

/// Launches every kernel at least once on a small edge shape, to be run under a simulator that
/// watches every memory access (Oclgrind).
///
/// Kernels for matrix instructions, which are emulated, run with `matrix`, all others without.
/// `splice` launches nothing: it copies PTX from standard input to output, spliced.
/// With `planted` it launches kernels that read what they must not instead: a run whose simulator
/// does not report each proves nothing. Exits 0 when every kernel ran and agreed.
@main
struct KernelChecks {
  static func main() throws {
    if CommandLine.arguments.dropFirst().first == "splice" { return try splice() }
    let devices = try Device.all()
    guard let device = devices.first else { fail("no OpenCL device") }
    switch CommandLine.arguments.dropFirst().first {
    case "planted": try PlantedBug.run(on: device)
    case "matrix": try checkMatrixKernels(on: device)
    default:
      try checkBands(on: device)
      try checkQuantised(on: device)
      try checkKernels(on: device)
    }
  }

  private static func splice() throws {
    var text = ""
    while let line = readLine(strippingNewline: false) { text += line }
    print(try PTXSplice.spliced(text), terminator: "")
  }

  private static func checkKernels(on device: Device) throws {
    try check(
      KernelLibrary.kernels.filter { !isForMatrixUnit($0) },
      on: [KernelFamily.cpu, .gpu].map {
        (try OpenCLExecutor(device, cachesPrograms: false, isolatesValues: true, family: $0), .f32)
      })
  }

  /// The kernels whose launches share rings of lines, on maps of odd heights.
  private static func checkBands(on device: Device) throws {
    let executor = try OpenCLExecutor(
      device, cachesPrograms: false, isolatesValues: true, bandLines: 2)
    let candidate = Candidate(KeepingExecutor(executor), .f32)
    for subject in BlockCases.all
    where ["gated feed-forward", "NAFBlock"].contains(where: subject.name.hasPrefix) {
      let result = try checkCase(subject, on: candidate)
      guard result.passed else { fail("\(result)") }
      print("\(subject.name) in bands")
    }
  }

  /// The products for CPUs with quantised weights, with all parts that a block can have.
  private static func checkQuantised(on device: Device) throws {
    for math in MathMode.allCases {
      let executor = try OpenCLExecutor(
        device, math: math, cachesPrograms: false, isolatesValues: true, family: .cpu)
      let candidate = Candidate(KeepingExecutor(executor), .f32)
      for subject in AllCases.all where subject.quantisation == .q5_K {
        let result = try checkCase(subject, on: candidate)
        guard result.passed else { fail("\(result)") }
        print("\(subject.name), \(math)")
      }
    }
  }

  private static func checkMatrixKernels(on device: Device) throws {
    try check(
      KernelLibrary.kernels.filter(isForMatrixUnit),
      on: [EmulatedMatrixUnit.lanes, .warpgroups].map { emulated in
        let executor = try OpenCLExecutor(
          device, dtype: .f16, cachesPrograms: false, isolatesValues: true, family: .gpu,
          emulating: emulated)
        return (executor, .f16)
      })
  }

  private static func isForMatrixUnit(_ kernel: String) -> Bool {
    ["gpu/matrix_", "gpu/warpgroup_"].contains { kernel.hasPrefix($0) }
  }

  private static func check(
    _ kernels: [String], on executors: [(OpenCLExecutor, DType)]
  ) throws {
    var missing = Set(kernels)
    for (executor, dtype) in executors { try launch(&missing, on: executor, dtype) }
    guard missing.isEmpty else { fail("never launched: \(missing.sorted())") }
    print("\(kernels.count) kernels launched on \(executors[0].0.device.name)")
  }

  /// Runs the smallest cases that launch kernels of `missing`, and removes them from it.
  private static func launch(
    _ missing: inout Set<String>, on executor: OpenCLExecutor, _ dtype: DType
  ) throws {
    let candidate = Candidate(KeepingExecutor(executor), dtype)
    for (subject, graph) in try casesBySize() {
      let weights: any WeightSource =
        subject.quantisation == nil ? NoWeights() : subject.weights(for: graph)
      let steps = try executor.kernels(of: graph, weights: weights)
      guard !missing.isDisjoint(with: steps) else { continue }
      print("\(subject.name): \(missing.intersection(steps).sorted().joined(separator: " "))")
      // So that a simulator that breaks down has said over what.
      fflush(nil)
      let result = try checkCase(subject, on: candidate)
      guard result.passed else { fail("\(result)") }
      missing.subtract(steps)
    }
  }

  /// The cases with the fewest elements first; single elements hide what edges would show.
  private static func casesBySize() throws -> [(any ExecutorCase, Graph)] {
    let cases = try AllCases.all.map { ($0, try $0.graph()) }
    func size(_ graph: Graph) -> Int { graph.flops + graph.nodes.reduce(0) { $0 + $1.shape.count } }
    return cases.filter { size($0.1) > 500 }.sorted { size($0.1) < size($1.1) }
  }

  private static func fail(_ message: String) -> Never {
    let line = Array("kernel-checks: \(message)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    exit(1)
  }
}

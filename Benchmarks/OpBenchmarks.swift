import IR
import OpenCL
import OpenCLExecutor
import Tensors
import TestSupport

/// Times single ops at the sizes that networks use, on one device.
///
///     swift run -c release OpBenchmarks [FILTER] [DEVICE-INDEX] [f32 | f16 | f16-lanes]
///
/// The last is f16 without instructions for warpgroups, so that the two can be compared.
/// Prints a row for each op: the median time on the device's clock over repeats in a row, GFLOP/s
/// and GB/s of operands and results, each counted once.
@main
struct OpBenchmarks {
  private static let repeats = 9

  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let devices = try Device.all()
    let index = arguments.count > 1 ? Int(arguments[1]) ?? 0 : 0
    guard devices.indices.contains(index) else { return print("no OpenCL device \(index)") }
    let mode = arguments.count > 2 ? arguments[2] : "f32"
    guard ["f32", "f16", "f16-lanes"].contains(mode) else { return print("no mode \(mode)") }
    let dtype: DType = mode == "f32" ? .f32 : .f16
    let executor = try OpenCLExecutor(
      devices[index], dtype: dtype, usesWarpgroups: mode != "f16-lanes")
    print("\(executor.name), \(devices[index].driver), \(mode)")
    print(executor.findings.map { "\($0.name): \($0.value)" }.joined(separator: "; ") + "\n")
    print("| op | ms | GFLOP/s | GB/s |\n|---|---|---|---|")
    for subject in BenchmarkCases.all where arguments.first.map(subject.name.contains) ?? true {
      let time = try seconds(subject, on: executor)
      let (flops, bytes) = (try subject.flops(), try subject.bytes(dtype))
      print(
        "| \(subject.name) | \(rounded(time * 1e3)) | \(rounded(Double(flops) / time * 1e-9)) "
          + "| \(rounded(Double(bytes) / time * 1e-9)) |")
    }
  }

  /// Median time of the op's own launches, without the copies from and to the host's layout.
  private static func seconds(_ subject: OpCase, on executor: OpenCLExecutor) throws -> Double {
    let graph = try subject.graph()
    let operands = subject.operands(for: graph)
    let plan = try executor.plan(graph, weights: subject.weights(for: graph))
    _ = try plan.run(operands)
    return try plan.profile(operands, repeats: repeats)
      .filter { !$0.label.hasPrefix("layout") }.reduce(0) { $0 + $1.seconds }
  }

  private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

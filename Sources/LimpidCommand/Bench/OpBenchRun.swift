import Conformance
import Diagnostics
import Execution
import OpenCLExecutor
import Pictures
import Tensors

/// Every product of the values that options of `bench --ops` list.
struct OpBenchRun {
  let options: OpBenchOptions
  let device: DeviceSelector
  let isStrict: Bool
  let dtypes: [DType]
  let families: [KernelFamily?]
  let batches: [Int]
  /// Empty: those of the cases.
  let sizes: [PixelSize]
  let rounds: Int

  /// - Returns: whether nothing has become slower than may be.
  func run(_ filter: String, _ format: BenchFormat) throws(LimpidError) -> Bool {
    var comparison = try BenchComparison(options.compare, threshold: options.threshold)
    let subjects = try subjects(filter)
    var benchmark = OpBenchmark(rounds: rounds, isStrict: isStrict)
    let limits = try benchmark.limits(of: subjects[0].subject)
    let name = try Devices.chosen(device).device.name
    var (report, pairs) = (BenchReport<OpMeasurement>(format), 0)
    report.begin(limits, on: name)
    try benchmark.measure(subjects) { row in
      report.add(row)
      pairs += row.other == nil ? 0 : 1
      comparison.add(row)
    }
    report.end(limits, on: name)
    if let vs = options.vs, pairs == 0 {
      Terminal.complain("--vs \(vs) changes nothing of these ops")
    }
    return comparison.tell()
  }

  private var math: MathMode { isStrict ? .strict : .fast }

  private func subjects(
    _ filter: String
  ) throws(LimpidError) -> [(subject: OpSubject, other: OpSubject?)] {
    var subjects: [(subject: OpSubject, other: OpSubject?)] = []
    for benchmark in try options.benchmarks(filter) {
      for size in sizes.isEmpty ? [nil] : sizes.map(Optional.some) {
        for batch in batches {
          for dtype in dtypes {
            for family in families {
              let subject = OpSubject(
                benchmark, batch: batch, size: size.map { ($0.height, $0.width) }, on: device,
                dtype, family)
              subjects.append((subject, try options.vs?.subject(subject, in: math)))
            }
          }
        }
      }
    }
    return subjects
  }
}

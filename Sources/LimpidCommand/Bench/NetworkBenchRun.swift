import Diagnostics
import Execution
import Models
import OpenCLExecutor
import Pictures
import Reports
import Tensors

/// Every product of the values that options of `bench MODEL` list.
struct NetworkBenchRun {
  let model: Model
  let options: BenchOptions
  let vs: OtherWay?
  let repeats: Int
  let warmup: Int
  let seed: Int
  let tellsKernels: Bool

  /// Sides of a comparison: where the network usually runs, and the other way.
  private struct Sides {
    let engine: Engine
    let other: (way: OtherWay, engine: Engine)?
    let family: KernelFamily?

    var engines: [Engine] { [engine] + (other.map { [$0.engine] } ?? []) }
  }

  /// - Parameter format: nil for lines.
  /// - Returns: whether nothing has become slower than may be.
  func run(
    _ format: BenchFormat?, against comparison: BenchComparison
  ) throws(LimpidError) -> Bool {
    var comparison = comparison
    var report = format.map { BenchReport<NetworkBenchRow>($0) }
    var first: (limits: DeviceLimits?, device: String)?
    for dtype in options.dtype.elements {
      for family in options.families {
        try measure(try sides(dtype, family)) { row, limits in
          if first == nil {
            first = (limits, row.engine.description)
            report?.begin(limits, on: row.engine.description)
          }
          report?.add(row)
          if report == nil { row.describe() }
          comparison.add(row)
        }
      }
    }
    if let first { report?.end(first.limits, on: first.device) }
    return comparison.tell()
  }

  private func sides(_ dtype: DType, _ family: KernelFamily?) throws(LimpidError) -> Sides {
    let engine = try options.engine(dtype, family)
    guard let vs else { return Sides(engine: engine, other: nil, family: family) }
    let other = try vs.engine(beside: engine, options, dtype, family)
    return Sides(engine: engine, other: (vs, other), family: family)
  }

  private func measure(
    _ sides: Sides, reporting report: (NetworkBenchRow, DeviceLimits?) -> Void
  ) throws(LimpidError) {
    var limits: DeviceLimits?
    for batch in options.batch.elements {
      for size in options.sizes {
        let row = try row(sides, batch: batch, size, &limits)
        report(row, limits)
      }
    }
  }

  /// - Parameter limits: of the device; asked for after the first network has run, so that its
  ///   memory is its own.
  private func row(
    _ sides: Sides, batch: Int, _ size: PixelSize, _ limits: inout DeviceLimits?
  ) throws(LimpidError) -> NetworkBenchRow {
    let measurements = try measurements(sides.engines, batch: batch, size)
    let residentBytes = NetworkMeasurement.residentBytes
    if limits == nil { limits = try sides.engine.limits() }
    return NetworkBenchRow(
      measurement: measurements[0],
      workload: limits.map { Workload(model.name, measurements[0], $0) },
      other: sides.other.map { (way: $0.way, engine: $0.engine, measurement: measurements[1]) },
      model: model, engine: sides.engine, family: sides.family, size: size, repeats: repeats,
      warmup: warmup, residentBytes: residentBytes, tellsKernels: tellsKernels)
  }

  private func measurements(
    _ engines: [Engine], batch: Int, _ size: PixelSize
  ) throws(LimpidError) -> [NetworkMeasurement] {
    do {
      let contestants = try engines.map { engine in
        try NetworkContestant(
          model.network, model.weights, on: engine, batch: batch, height: size.height,
          width: size.width, seed: seed)
      }
      return try NetworkMeasurement.all(contestants, warmup: warmup, repeats: repeats)
    } catch {
      throw LimpidError(error, subject: model.name)
    }
  }
}

import Glibc
import OpenCL

/// Two tunings on one workload, run by turns: the launches that both have are left out.
struct TuningComparison {
  private struct Side {
    let plan: OpenCLPlan
    let places: [Int]
  }

  private let workload: TuningWorkload
  private let sides: [Side]

  /// - Returns: nil when both cut the workload alike.
  init?(
    _ workload: TuningWorkload, _ incumbent: OpenCLExecutor, _ candidate: OpenCLExecutor
  ) throws {
    let cuts = try [incumbent, candidate].map { try $0.cuts(of: workload.graph) }
    let places = [cuts[0].places(notIn: cuts[1]), cuts[1].places(notIn: cuts[0])]
    guard places.contains(where: { !$0.isEmpty }) else { return nil }
    self.workload = workload
    sides = try zip([incumbent, candidate], places).map { executor, places in
      Side(plan: try executor.plan(workload.graph, weights: workload.weights), places: places)
    }
  }

  /// How many times as fast a candidate was over some rounds.
  struct Gain {
    let median: Double
    /// In the worst quarter of the rounds at best.
    let lowerQuartile: Double

    init(_ ratios: [Double]) {
      median = ratios.median
      lowerQuartile = ratios.sorted()[(ratios.count - 1) / 4]
    }
  }

  /// How many times as fast the candidate is; in few rounds when it is clearly slower.
  func gain(rounds: Int) throws -> Gain {
    for side in sides { _ = try seconds(side) }
    var ratios: [Double] = []
    for round in 0..<rounds {
      let order = round.isMultiple(of: 2) ? sides : sides.reversed()
      let times = try order.map(seconds)
      let (first, second) = (times[0], times[1])
      ratios.append(round.isMultiple(of: 2) ? first / second : second / first)
      if round == 2, ratios.median < 0.97 { break }
    }
    return Gain(ratios)
  }

  private func seconds(_ side: Side) throws -> Double {
    let steps = try side.plan.profile(workload.operands)
    return max(side.places.reduce(0) { $0 + steps[$1].seconds }, 1e-9)
  }
}

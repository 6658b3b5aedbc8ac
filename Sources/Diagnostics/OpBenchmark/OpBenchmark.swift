import Conformance
import Execution
import OpenCLExecutor
import Pictures
import Tensors

/// Times subjects in rounds by turns, so that what else the machine does meets all of them.
package struct OpBenchmark {
  /// Bytes of plans that are ready at the same time.
  private static let largestHeat = 1 << 30

  private let rounds: Int
  private let isStrict: Bool
  private var stations: [Place: Station] = [:]

  /// Where subjects run.
  private struct Place: Hashable {
    let device: DeviceSelector
    let dtype: DType
    let family: KernelFamily?
    let deviation: OpSubject.Deviation?
  }

  /// A device that is open.
  private struct Station {
    let executor: OpenCLExecutor
    let limits: DeviceLimits
    let eviction: Eviction
  }

  /// A subject, its plan and its samples, and those of the other side.
  private struct Entry {
    let subjects: [OpSubject]
    let contestants: [OpContestant]
    var samples: [[OpContestant.Sample]]
  }

  /// - Parameter rounds: samples of every subject.
  package init(rounds: Int, isStrict: Bool) {
    (self.rounds, self.isStrict) = (rounds, isStrict)
  }

  /// What is known of the device at best; opens it where it has not been.
  package mutating func limits(of subject: OpSubject) throws(LimpidError) -> DeviceLimits {
    try station(subject).limits
  }

  /// Measures subjects, each alone or beside its other side; alone too where a deviation changes
  /// nothing of its launches.
  /// - Parameter report: told of every subject, in their order. Those that a device does not
  ///   compute but passes on as they are have no row.
  package mutating func measure(
    _ subjects: [(subject: OpSubject, other: OpSubject?)],
    reporting report: (OpMeasurement) -> Void
  ) throws(LimpidError) {
    var (heat, bytes): ([Entry], Int) = ([], 0)
    for (subject, other) in subjects {
      var sides = [subject]
      if let other, try differs(subject, other) { sides.append(other) }
      let entry = try entry(sides)
      guard entry.contestants.allSatisfy({ !$0.steps.isEmpty }) else { continue }
      heat.append(entry)
      bytes += entry.contestants.reduce(0) { $0 + $1.plan.deviceBytes }
      if bytes >= Self.largestHeat {
        try run(&heat, report)
        bytes = 0
      }
    }
    try run(&heat, report)
  }

  private mutating func run(
    _ heat: inout [Entry], _ report: (OpMeasurement) -> Void
  ) throws(LimpidError) {
    do {
      for round in 0..<rounds {
        for place in heat.indices {
          let sides = heat[place].contestants.indices
          for side in round.isMultiple(of: 2) ? Array(sides) : sides.reversed() {
            heat[place].samples[side].append(try heat[place].contestants[side].sample())
          }
        }
      }
    } catch {
      throw LimpidError(error)
    }
    for entry in heat { report(try measurement(entry)) }
    heat = []
  }

  /// Whether launches of two subjects differ, or where they run.
  private mutating func differs(
    _ subject: OpSubject, _ other: OpSubject
  ) throws(LimpidError) -> Bool {
    guard other.deviation != nil else { return true }
    let (own, others) = (try station(subject).executor, try station(other).executor)
    do {
      let graph = try subject.subject.graph()
      return try !own.cuts(graph, weights: subject.subject.weights(for: graph), as: others)
    } catch {
      throw LimpidError(error, subject: subject.key)
    }
  }

  private mutating func entry(_ subjects: [OpSubject]) throws(LimpidError) -> Entry {
    var contestants: [OpContestant] = []
    for subject in subjects {
      let station = try station(subject)
      do {
        contestants.append(
          try OpContestant(subject, on: station.executor, station.eviction))
      } catch {
        throw LimpidError(error, subject: subject.key)
      }
    }
    return Entry(
      subjects: subjects, contestants: contestants, samples: subjects.map { _ in [] })
  }

  private mutating func measurement(_ entry: Entry) throws(LimpidError) -> OpMeasurement {
    let stations = try entry.subjects.map { subject throws(LimpidError) in try station(subject) }
    var measurement = OpMeasurement(
      entry.subjects[0], entry.contestants[0], entry.samples[0], stations[0].limits,
      deviceName: stations[0].executor.name)
    if entry.subjects.count > 1 {
      let times = entry.samples.map { $0.map(\.warm) }
      measurement.other = OpMeasurement.Other(
        subject: entry.subjects[1],
        deviceName: stations[1].executor.name
          + (entry.subjects[1].deviation.map { ", \($0)" } ?? ""),
        kernels: entry.contestants[1].kernels, warm: SampleInterval(times[1]),
        ratio: SampleInterval(zip(times[1], times[0]).map { $0 / max($1, 1e-9) }))
    }
    return measurement
  }

  private mutating func station(_ subject: OpSubject) throws(LimpidError) -> Station {
    let place = Place(
      device: subject.device, dtype: subject.dtype, family: subject.family,
      deviation: subject.deviation)
    if let known = stations[place] { return known }
    let station = try opened(subject)
    stations[place] = station
    return station
  }

  private mutating func opened(_ subject: OpSubject) throws(LimpidError) -> Station {
    switch subject.deviation {
    case nil: return try opened(subject, usesWarpgroups: true)
    case .lanes: return try opened(subject, usesWarpgroups: false)
    case .setting(let setting):
      let usual = try station(subject.deviating(nil))
      let tuning = usual.executor.tuning.replacing([setting.choice: setting.value])
      return Station(
        executor: OpenCLExecutor(usual.executor, tuning: tuning), limits: usual.limits,
        eviction: usual.eviction)
    }
  }

  private func opened(
    _ subject: OpSubject, usesWarpgroups: Bool
  ) throws(LimpidError) -> Station {
    let engine = try Engine(
      subject.device, dtype: subject.dtype, isStrict: isStrict, family: subject.family,
      usesWarpgroups: usesWarpgroups)
    guard case .openCL(let executor) = engine.backend else {
      throw LimpidError(.usage, "the reference is not timed; choose an OpenCL device")
    }
    do {
      return Station(
        executor: executor, limits: try executor.limits(), eviction: try Eviction(executor))
    } catch {
      throw LimpidError(error, subject: engine.identifier)
    }
  }
}

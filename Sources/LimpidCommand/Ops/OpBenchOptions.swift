import ArgumentParser
import Conformance
import Diagnostics
import Execution
import OpenCLExecutor
import Paths
import Pictures

/// What `bench --ops` times, and what it tells.
struct OpBenchOptions: ParsableArguments {
  @Flag(help: "Time single ops instead of a network, with shares of what the device can do.")
  var ops = false

  @Option(
    name: [.customShort("o"), .long],
    help: "With --ops: md, csv, json or jsonl. --json is jsonl.")
  var outputFormat: OpBenchFormat?

  @Option(
    help: """
      With --ops: times each op beside another device, or other kernels: cpu, gpu, or lanes, which \
      are those of a GPU without warpgroups; or beside another tuning, CHOICE=VALUE with the names \
      and values of limpid tune, such as winograd-tiles=4. An op that this changes nothing of is \
      timed alone.
      """)
  var vs: String?

  @Option(
    help: "With --ops: the JSON of an earlier run; exit code 1 where an op has become slower.")
  var compare: Path?

  @Option(help: "With --compare: how many times as long an op may take.")
  var threshold = 1.1

  func validate() throws {
    guard ops || (outputFormat == nil && vs == nil && compare == nil) else {
      throw ValidationError("--output-format, --vs and --compare belong to --ops")
    }
    guard (1...1000).contains(threshold) else { throw ValidationError("--threshold is 1 to 1000") }
  }

  /// The cases whose names hold `filter`.
  func benchmarks(_ filter: String) throws(LimpidError) -> [BenchmarkCase] {
    let found = BenchmarkCases.all.filter { filter.isEmpty || $0.name.contains(filter) }
    guard !found.isEmpty else {
      throw LimpidError(.usage, "no op that is timed has '\(filter)' in its name")
    }
    return found
  }

  /// The other side of a comparison in pairs; nil without one.
  func other(of subject: OpSubject, in math: MathMode) throws(LimpidError) -> OpSubject? {
    guard let vs else { return nil }
    if vs == "lanes" { return subject.deviating(.lanes) }
    if let family = KernelFamily(rawValue: vs) { return subject.on(subject.device, family) }
    if let sign = vs.firstIndex(of: "=") {
      let words = (String(vs[..<sign]), String(vs[vs.index(after: sign)...]))
      return subject.deviating(.setting(try Self.setting(words, for: subject, in: math)))
    }
    return subject.on(try DeviceOptions.choice(vs), subject.family)
  }

  private static func setting(
    _ words: (name: String, value: String), for subject: OpSubject, in math: MathMode
  ) throws(LimpidError) -> ChoiceSetting {
    let device = try Devices.chosen(subject.device).device
    let family = subject.family ?? KernelFamily(for: device)
    do {
      return try ChoiceSetting(words.name, words.value, among: Choice.all(of: family, in: math))
    } catch {
      throw LimpidError(.usage, "--vs: \(error)")
    }
  }
}

/// How rows are written.
enum OpBenchFormat: String, ExpressibleByArgument, CaseIterable {
  case md, csv, json, jsonl
}

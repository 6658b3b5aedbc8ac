import ArgumentParser
import Conformance
import Paths
import Pictures

/// What `bench` times, beside what, and what it tells.
struct OpBenchOptions: ParsableArguments {
  @Flag(help: "Time single ops instead of a network, with shares of what the device can do.")
  var ops = false

  @Option(
    name: [.customShort("o"), .long],
    help: """
      md, csv, json or jsonl; md with --ops and lines for networks when left out. --json is jsonl.
      """)
  var outputFormat: BenchFormat?

  @Option(
    help: """
      Times the network, or each op, beside another device, or other kernels: cpu, gpu, or lanes, \
      which are those of a GPU without warpgroups; or beside another tuning, CHOICE=VALUE with the \
      names and values of limpid tune, such as winograd-tiles=4. An op that this changes nothing \
      of is timed alone.
      """)
  var vs: OtherWay?

  @Option(
    help: "What an earlier run wrote with -o json; exit code 1 where something became slower.")
  var compare: Path?

  @Option(help: "With --compare: how many times as long it may take.")
  var threshold = 1.1

  func validate() throws {
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
}

/// How rows are written.
enum BenchFormat: String, ExpressibleByArgument, CaseIterable {
  case md, csv, json, jsonl
}

import ArgumentParser
import Diagnostics
import Models
import Networks
import OpenCLExecutor
import Paths
import Pictures

struct TuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Looks for faster ways to cut the work of a device, and keeps what it finds.",
    discussion: """
      Never needed: the tables that are built in suit most devices. Other values of every choice \
      run by turns with the one in effect; one wins that is 3 % faster, and again. Results of \
      --math strict keep their bits. What is found is kept in \
      $XDG_CACHE_HOME/limpid/tuning (or ~/.cache), a file for each device and --dtype, until the \
      driver or the kernels change.
      """)

  @Argument(help: "A checkpoint whose network counts; shapes of many networks when left out.")
  var file: Path?

  @Option(help: "Which network of a file that holds several; see limpid bench.")
  var component: SingleFile.Component?

  @OptionGroup var options: DeviceOptions
  @OptionGroup var optionsFile: OptionsFile

  @Option(help: "Height x width of the network's images; may be given several times.")
  var size = [PixelSize(height: 256, width: 256)]

  @Option(help: "Only this choice, by name; may be given several times.")
  var choice: [String] = []

  @Option(name: [.customShort("r"), .long], help: "Rounds in which two values run by turns.")
  var rounds = 9

  @Flag(name: .shortAndLong, help: "Look, but keep nothing.")
  var dryRun = false

  @Flag(help: "Print one JSON object per choice, and one at the end.")
  var json = false

  func validate() throws {
    for size in size { try size.validate(batch: 1) }
    guard (3...1000).contains(rounds) else { throw ValidationError("-r is 3 to 1000") }
    guard component == nil || file != nil else { throw ValidationError("--component needs a file") }
  }

  func run() throws {
    let engine = try options.engine()
    var tuner = try Tuner(
      engine, try model(), sizes: size.map { ($0.height, $0.width) }, names: choice, rounds: rounds)
    Terminal.complain("tuning \(engine.description), \(tuner.choices.count) choices")
    for choice in tuner.choices { report(try tuner.decide(choice)) }
    let gains = try tuner.conclude()
    let path = dryRun ? nil : try tuner.write()
    conclude(gains, path)
  }

  private func model() throws(LimpidError) -> Model? {
    guard let file else { return nil }
    return if let component { try Model(singleFile: file, component) } else { try Model(file) }
  }

  private func report(_ decision: TuningSearch.Decision) {
    let choice = decision.choice
    if json {
      let trials = decision.trials.map { trial in
        let gain = trial.gain.map { JSON.number($0.rounded(3)) }
        return JSON.object([
          ("value", .text(Choice.spelled(trial.value))), ("gain", gain ?? .null),
        ])
      }
      Terminal.say(
        JSON.object([
          ("choice", .text(choice.name)), ("before", .text(Choice.spelled(decision.before))),
          ("after", .text(Choice.spelled(decision.after))), ("trials", .list(trials)),
        ]).encoded)
      return
    }
    let others = decision.trials.map { trial in
      "\(Choice.spelled(trial.value)) \(trial.gain.map { "\($0.rounded(2))" } ?? "does not run")"
    }
    let verdict =
      decision.after == decision.before ? "stays" : "instead of \(Choice.spelled(decision.before))"
    Terminal.say(
      "\(choice.name): \(Choice.spelled(decision.after)) \(verdict)"
        + (others.isEmpty ? "" : " (\(others.joined(separator: ", ")))"))
  }

  private func conclude(_ gains: [(name: String, gain: Double)], _ path: Path?) {
    let mean = gains.map(\.gain).geometricMean.rounded(3)
    if json {
      let rows = gains.map { name, gain in
        JSON.object([("workload", .text(name)), ("gain", .number(gain.rounded(3)))])
      }
      Terminal.say(
        JSON.object([
          ("gain", .number(mean)), ("workloads", .list(rows)),
          ("file", path.map { .text($0.text) } ?? .null),
        ]).encoded)
      return
    }
    for (name, gain) in gains { Terminal.say("  \(gain.rounded(2)) times as fast: \(name)") }
    let verdict =
      gains.isEmpty
      ? "nothing is faster than what was in effect"
      : "\(gains.count) workloads are cut otherwise, \(mean) times as fast in the mean"
    Terminal.say(verdict + (mean > 1 || gains.isEmpty ? "" : ": what was found is dropped"))
    if let path { Terminal.say("kept in \(path)") }
  }
}

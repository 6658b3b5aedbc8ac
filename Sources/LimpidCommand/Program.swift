import ArgumentParser
import OpenCLExecutor
import Pictures

/// What `limpid` does, and what `limpid-serve` does besides serving.
package enum Program {
  /// Of this process, without the program's own name.
  package static var words: [String] { CommandWord.all }

  package static var version: String { Version.number }

  /// Does what the words ask for. Does not return where that fails.
  package static func run(_ words: [String]) {
    var sources: OptionSources?
    BuildAids.shared.withLock { $0.executable = "/proc/self/exe" }
    do {
      let completed = try OptionSources(
        completing: words, for: RootCommand.self, environment: OptionSources.environment)
      sources = completed
      try Habits().check(completed.words)
      var command = try RootCommand.parseAsRoot(completed.words)
      try command.run()
    } catch {
      exit(after: error, sources)
    }
  }

  /// Ends the process with one line for a person and the documented code.
  private static func exit(after error: any Error, _ sources: OptionSources?) -> Never {
    if let error = error as? LimpidError {
      let source = error.kind == .usage ? sources?.source(ofFlagIn: error.line) : nil
      Terminal.complain(error.line + (source.map { " (from \($0))" } ?? ""))
      Terminal.exit(error.exitCode)
    }
    guard RootCommand.exitCode(for: error) == .validationFailure else {
      RootCommand.exit(withError: error)
    }
    let message = RootCommand.message(for: error).split(separator: "\n").first ?? "bad usage"
    if let advice = Habits.advice(for: message) ?? Habits().advice(for: sources?.words ?? []) {
      Terminal.complain(advice)
      Terminal.exit(LimpidError.Kind.usage.exitCode)
    }
    let source = sources?.source(ofFlagIn: message).map { "from \($0); " } ?? ""
    Terminal.complain("\(message) (\(source)limpid --help explains)")
    Terminal.exit(LimpidError.Kind.usage.exitCode)
  }
}

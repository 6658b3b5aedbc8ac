import ArgumentParser
import Limpid

@main
enum Main {
  static func main() {
    do {
      var command = try RootCommand.parseAsRoot()
      try command.run()
    } catch {
      exit(after: error)
    }
  }

  /// Ends the process with one line for a person and the documented code.
  private static func exit(after error: any Error) -> Never {
    if let error = error as? LimpidError {
      Terminal.complain("\(error)")
      Terminal.exit(error.kind.rawValue)
    }
    guard RootCommand.exitCode(for: error) == .validationFailure else {
      RootCommand.exit(withError: error)
    }
    let message = RootCommand.message(for: error).split(separator: "\n").first ?? "bad usage"
    Terminal.complain("\(message) (limpid --help explains)")
    Terminal.exit(LimpidError.Kind.usage.rawValue)
  }
}

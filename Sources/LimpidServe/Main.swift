import LimpidCommand

/// `limpid` with what serves: without a subcommand it is `serve`, and its worker processes are
/// those that folders have.
@main
enum Main {
  static func main() {
    ServeCommand.server.withLock { $0 = HTTPServer.run }
    var words = Program.words
    if words.first.map({ $0.hasPrefix("-") }) ?? true { words.insert("serve", at: 0) }
    Program.run(words)
  }
}

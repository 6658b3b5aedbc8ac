import LimpidCommand

@main
enum Main {
  static func main() { Program.run(Program.words) }
}

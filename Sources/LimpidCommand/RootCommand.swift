import ArgumentParser

struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limpid",
    abstract: "Restores photos with neural networks on OpenCL devices.",
    discussion: """
      Exit codes: 0 done, 1 some images failed, 2 nothing could be done, 64 bad usage, \
      65 bad weights or tensors, 66 no such input, 69 no such device, 73 cannot create an output, \
      74 reading or writing failed, 75 out of memory or device lost (try again), 130 interrupted.
      """,
    subcommands: [
      RestoreCommand.self, InspectCommand.self, DevicesCommand.self, ParityCommand.self,
      BenchCommand.self, PrecisionCommand.self, ReportCommand.self, TuneCommand.self,
      GenerateCommand.self,
      DescribeCommand.self, MetricsCommand.self, CompareCommand.self, VerifyCommand.self,
      ServeCommand.self,
      WorkerCommand.self, OpWorkerCommand.self, ProgramWorkerCommand.self,
    ])

  @Flag(help: "Print version, commit, compiler and OpenCL platforms.")
  var version = false

  func run() throws {
    guard version else { throw CleanExit.helpRequest(self) }
    Version.print()
  }
}

import ArgumentParser
import Glibc
import Logging
import Paths
import Pictures
import Synchronization

/// What `limpid-serve` does; `limpid` becomes that program.
package struct ServeCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Restores images that come over HTTP.",
    discussion: """
      curl --data-binary @photo.jpg -o restored.jpg http://127.0.0.1:8080/v1/restore?tile=512 asks \
      for what limpid restore --tile 512 makes. What else can be asked for is told by \
      /openapi.json. SIGTERM ends the server after the pictures at hand.
      """)

  /// Runs a server until it is told to end.
  package typealias Serve = @Sendable (ServeSettings, Logger) throws -> Void

  /// What serves in this program; nil where another one has to.
  package static let server = Mutex<Serve?>(nil)

  @OptionGroup(title: "Where") var listening: ListeningOptions
  @OptionGroup(title: "What") var models: ServedModelOptions
  @OptionGroup var options: DeviceOptions
  @OptionGroup(title: "Limits") var limits: ServeLimitOptions
  @OptionGroup var optionsFile: OptionsFile
  @OptionGroup var verbosity: Verbosity

  package init() {}

  package func run() throws {
    _ = try DeviceOptions.choice(options.device)
    guard let serve = Self.server.withLock({ $0 }) else { throw Self.become("limpid-serve") }
    try serve(settings, verbosity.logger)
  }

  var settings: ServeSettings {
    var settings = ServeSettings()
    listening.apply(to: &settings)
    models.apply(to: &settings)
    limits.apply(to: &settings)
    (settings.device, settings.dtype) = (options.device, options.chosenDType)
    settings.isStrict = options.math == .strict
    return settings
  }

  /// Replaces this program by one that lies beside it, which gets the same words.
  /// - Returns: why it cannot.
  private static func become(_ name: Path) -> LimpidError {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    guard readlink("/proc/self/exe", &bytes, Int(PATH_MAX)) > 0 else {
      return LimpidError(.unavailable, "this program cannot be found")
    }
    let program = Path(cString: bytes).folder.appending(name)
    execv(program.cString, CommandLine.unsafeArgv)
    return LimpidError(
      .unavailable,
      "\(program): \(String(cString: strerror(errno))); it is installed as limpid-serve, or built "
        + "by make serve")
  }
}

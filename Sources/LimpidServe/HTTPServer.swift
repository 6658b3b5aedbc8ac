import Batch
import Foundation
import Hummingbird
import HummingbirdCore
import LimpidCommand
import Logging
import Pictures
import ServiceLifecycle
import Serving

/// A server on a socket, from its start to its end.
enum HTTPServer {
  /// Serves until SIGTERM or SIGINT, and then as long as pictures are at hand.
  static func run(_ settings: ServeSettings, _ logger: Logger) throws {
    Memory.settle()
    let server = try PictureServer(
      settings, logger, starting: Worker.start(patience: .seconds(settings.watchdog)))
    let gate = try Gate(settings)
    let end = Monitor<Result<Void, LimpidError>?>(nil)
    Task {
      let result: Result<Void, LimpidError>
      do {
        try await serve(server, gate, settings, logger)
        result = .success(())
      } catch {
        result = .failure(LimpidError(.cannotCreate, "the server cannot listen: \(error)"))
      }
      end.change { $0 = result }
    }
    try end.wait { $0 }.get()
  }

  private static func serve(
    _ server: PictureServer, _ gate: Gate, _ settings: ServeSettings, _ logger: Logger
  ) async throws {
    let limits = settings.limits
    // What the library says of its inner life is no matter of who started the server.
    var quiet = logger
    quiet.logLevel = .error
    let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
      maxHeaderFieldSize: 8 << 10, maxHeaderListSize: 16 << 10, maxHeaderFieldCount: 100)
    let application = Application(
      responder: Responder(server: server, gate: gate, limits: limits),
      server: .http1(
        configuration: HTTP1Channel.Configuration(
          idleTimeout: .seconds(Int64(limits.idleSeconds)), httpDecoderConfiguration: decoder)),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port), serverName: "limpid",
        availableConnectionsDelegate: MaximumAvailableConnections(
          limits.connections, logger: quiet)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? settings.port
        logger.notice("listening at \(settings.host):\(port)")
      },
      logger: quiet)
    let group = ServiceGroup(configuration: .init(services: [application], logger: quiet))
    let signals = Signals {
      logger.notice("ending after the pictures at hand")
      if await !server.drain(within: settings.grace) {
        logger.warning("not all pictures were restored in time")
      }
      await group.triggerGracefulShutdown()
    }
    let clock = Task {
      while (try? await Task.sleep(for: .seconds(5))) != nil { server.expire() }
    }
    defer { clock.cancel() }
    defer { withExtendedLifetime(signals) {} }
    try await group.run()
  }
}

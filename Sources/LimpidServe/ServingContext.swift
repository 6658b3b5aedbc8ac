import Hummingbird

/// What a request comes with: its connection, which can be ended.
struct ServingContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Ends the connection at once.
  let disconnect: @Sendable () -> Void

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    let channel = source.channel
    disconnect = { channel.close(promise: nil) }
  }
}

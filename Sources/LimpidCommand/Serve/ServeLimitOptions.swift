import ArgumentParser

/// How much clients of a server may ask for.
struct ServeLimitOptions: ParsableArguments {
  @Option(help: "MiB of a request.")
  var maxUpload = ServeLimits().uploadBytes >> 20

  @Option(help: "Megapixels (2^20) of a picture.")
  var maxPixels = ServeLimits().pixels >> 20

  @Option(help: "Pictures that wait or are restored at once; more are answered with 429.")
  var maxQueueSize = ServeLimits().queueSize

  @Option(help: "MiB of their files.")
  var maxQueueBytes = ServeLimits().queueBytes >> 20

  @Option(help: "Seconds that they are expected to take.")
  var maxQueueSeconds = ServeLimits().queueSeconds

  @Option(help: "Pictures of one key that wait or are restored at once.")
  var maxPerKey = ServeLimits().keySize

  @Option(help: "Connections at once.")
  var maxConnections = ServeLimits().connections

  @Option(help: "Seconds that a client may say nothing.")
  var idleTimeout = ServeLimits().idleSeconds

  @Option(help: "Seconds in which a request has to have come, and an answer has to have gone.")
  var transferTimeout = ServeLimits().bodySeconds

  @Option(help: "Seconds after which a picture that is waited for is given up.")
  var requestTimeout = ServeLimits().answerSeconds

  @Option(help: "Seconds that results of jobs are kept.")
  var resultTTL = ServeLimits().resultSeconds

  @Option(help: "MiB of results that are kept; the oldest go.")
  var maxResultBytes = ServeLimits().resultBytes >> 20

  @Option(help: "On SIGTERM, seconds in which pictures at hand are finished.")
  var grace = ServeSettings().grace

  private var bounds: [(name: String, value: Int, range: ClosedRange<Int>)] {
    [
      ("max-upload", maxUpload, 1...512), ("max-pixels", maxPixels, 1...256),
      ("max-queue-size", maxQueueSize, 1...1 << 20),
      ("max-queue-bytes", maxQueueBytes, 1...1 << 20),
      ("max-queue-seconds", maxQueueSeconds, 1...1 << 20), ("max-per-key", maxPerKey, 1...1 << 20),
      ("max-connections", maxConnections, 1...1 << 20), ("idle-timeout", idleTimeout, 1...3600),
      ("transfer-timeout", transferTimeout, 1...86_400),
      ("request-timeout", requestTimeout, 1...86_400), ("result-ttl", resultTTL, 1...1 << 20),
      ("max-result-bytes", maxResultBytes, 1...1 << 20), ("grace", grace, 0...86_400),
    ]
  }

  func validate() throws {
    for (name, value, range) in bounds where !range.contains(value) {
      throw ValidationError("--\(name) is \(range.lowerBound) to \(range.upperBound)")
    }
  }

  func apply(to settings: inout ServeSettings) {
    var limits = ServeLimits()
    (limits.uploadBytes, limits.pixels) = (maxUpload << 20, maxPixels << 20)
    (limits.queueSize, limits.queueBytes) = (maxQueueSize, maxQueueBytes << 20)
    (limits.queueSeconds, limits.keySize) = (maxQueueSeconds, maxPerKey)
    (limits.connections, limits.idleSeconds) = (maxConnections, idleTimeout)
    (limits.bodySeconds, limits.answerSeconds) = (transferTimeout, requestTimeout)
    (limits.resultSeconds, limits.resultBytes) = (resultTTL, maxResultBytes << 20)
    (settings.limits, settings.grace) = (limits, grace)
  }
}

import Batch
import Synchronization

/// What a server has done, counted since it began, and how fast it was of late.
package final class ServerMetrics: Sendable {
  private let models = Mutex([String: Counts]())

  /// Of one model. Durations are sums in microseconds, as Triton has them.
  struct Counts: Sendable {
    var successes = 0
    var failures: [String: Int] = ["REJECTED": 0, "CANCELED": 0, "BACKEND": 0, "OTHER": 0]
    /// Pictures that devices restored, and how often they were asked.
    var images = 0
    var executions = 0
    var durations: [String: Double] = [:]
    var batches = Histogram([1, 2, 4, 8, 16, 32, 64])
    var requests = Histogram([0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100])
    /// Of the latest pictures; nil before the first.
    var secondsPerPixel: Double?
  }

  /// - Parameter models: that are told of before there is a request.
  package init(_ models: [String]) {
    self.models.withLock { counts in
      for model in models { counts[model] = Counts() }
    }
  }

  var counts: [(model: String, counts: Counts)] {
    models.withLock { models in
      models.sorted { $0.key < $1.key }.map { (model: $0.key, counts: $0.value) }
    }
  }

  /// Seconds that a device is likely to take for a picture; 0 while nobody knows.
  func prediction(_ model: String, pixels: Int) -> Double {
    let rate = models.withLock { $0[model]?.secondsPerPixel }
    return (rate ?? 0) * Double(pixels)
  }

  func executed(_ model: String, _ images: Int) {
    change(model) { counts in
      counts.images += images
      counts.executions += 1
      counts.batches.add(Double(images))
    }
  }

  func rejected(_ model: String) { change(model) { $0.failures["REJECTED", default: 0] += 1 } }

  func succeeded(_ model: String, _ report: FileReport, pixels: Int) {
    change(model) { $0.add(report, pixels: pixels) }
  }

  func failed(_ model: String, _ fault: RequestFault) {
    change(model) { $0.failures[Self.reason(fault), default: 0] += 1 }
  }

  /// Why a request failed, in Triton's words.
  private static func reason(_ fault: RequestFault) -> String {
    switch fault.code {
    case "cancelled", "too_slow", "draining": "CANCELED"
    case "bad_image": "OTHER"
    default: "BACKEND"
    }
  }

  private func change(_ model: String, _ body: (inout Counts) -> Void) {
    models.withLock { body(&$0[model, default: Counts()]) }
  }
}

extension ServerMetrics.Counts {
  fileprivate mutating func add(_ report: FileReport, pixels: Int) {
    successes += 1
    let parts = [
      ("queue", report.queueing), ("compute_input", report.decoding),
      ("compute_infer", report.computing), ("compute_output", report.encoding),
    ]
    let all = parts.reduce(Duration.zero) { $0 + $1.1 }
    for (name, duration) in parts + [("request", all)] {
      durations[name, default: 0] += duration / .microseconds(1)
    }
    requests.add(all / .seconds(1))
    let rate = report.computing / .seconds(1) / Double(max(pixels, 1))
    secondsPerPixel = secondsPerPixel.map { 0.8 * $0 + 0.2 * rate } ?? rate
  }
}

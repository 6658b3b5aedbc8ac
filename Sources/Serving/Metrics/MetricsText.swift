/// What a server counted, in the text format of Prometheus (version 0.0.4), under the names that
/// Triton has for it where it has one.
struct MetricsText {
  private(set) var lines: [String] = []

  init(_ counts: [(model: String, counts: ServerMetrics.Counts)]) {
    add("nv_inference_request_success", "counter", "Pictures that were restored.", counts) {
      [("", Double($0.successes))]
    }
    add("nv_inference_request_failure", "counter", "Pictures that were not.", counts) { counts in
      counts.failures.sorted { $0.key < $1.key }.map { (",reason=\"\($0.key)\"", Double($0.value)) }
    }
    add("nv_inference_count", "counter", "Pictures that devices restored.", counts) {
      [("", Double($0.images))]
    }
    add("nv_inference_exec_count", "counter", "Batches that devices restored.", counts) {
      [("", Double($0.executions))]
    }
    for part in ["request", "queue", "compute_input", "compute_infer", "compute_output"] {
      let name = "nv_inference_\(part)_duration_us"
      add(name, "counter", "Microseconds, all pictures together.", counts) {
        [("", $0.durations[part] ?? 0)]
      }
    }
    add("limpid_batch_size", "Pictures of a batch.", counts, \.batches)
    add("limpid_request_seconds", "Seconds from a picture's turn to its file.", counts, \.requests)
  }

  /// A value that is no matter of a model.
  mutating func add(_ name: String, _ help: String, _ value: Int) {
    lines += ["# HELP \(name) \(help)", "# TYPE \(name) gauge", "\(name) \(value)"]
  }

  /// A value for each model.
  mutating func add(_ name: String, _ help: String, _ values: [(model: String, value: Int)]) {
    lines += ["# HELP \(name) \(help)", "# TYPE \(name) gauge"]
    lines += values.map { "\(name){\(Self.labels($0.model))} \($0.value)" }
  }

  var text: String { lines.map { $0 + "\n" }.joined() }

  private mutating func add(
    _ name: String, _ kind: String, _ help: String,
    _ counts: [(model: String, counts: ServerMetrics.Counts)],
    _ values: (ServerMetrics.Counts) -> [(labels: String, value: Double)]
  ) {
    lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(kind)"]
    for (model, counts) in counts {
      for (labels, value) in values(counts) {
        lines.append("\(name){\(Self.labels(model))\(labels)} \(Int(value.rounded()))")
      }
    }
  }

  private mutating func add(
    _ name: String, _ help: String, _ counts: [(model: String, counts: ServerMetrics.Counts)],
    _ histogram: KeyPath<ServerMetrics.Counts, Histogram>
  ) {
    lines += ["# HELP \(name) \(help)", "# TYPE \(name) histogram"]
    for (model, counts) in counts {
      lines += counts[keyPath: histogram].lines(name, Self.labels(model))
    }
  }

  /// As Triton labels models.
  private static func labels(_ model: String) -> String {
    let name = model.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n")
    return "model=\"\(name)\",version=\"1\""
  }
}

import JSON

/// Why a scheduler cannot be read from its configuration or cannot make its steps. Descriptions are
/// one line; text out of a file appears escaped and shortened.
package enum SchedulerError: Error, Hashable, Sendable, CustomStringConvertible {
  case json(JSONFault)
  /// The document is no JSON object.
  case notAnObject
  case missingClass
  case unknownClass(String)
  /// A field has a value of the wrong kind or outside its range.
  case field(String, expected: String)
  /// A field asks for something that this implementation does not do.
  case unsupported(String, value: String)
  /// Not that many steps can be made of the training steps.
  case steps(Int, limit: Int)
  /// The schedule gives a step that has no finite coefficients.
  case degenerate(step: Int)

  package var description: String {
    switch self {
    case .json(let fault): "scheduler configuration, \(fault)"
    case .notAnObject: "the scheduler configuration is no JSON object"
    case .missingClass: "the scheduler configuration has no _class_name"
    case .unknownClass(let name): "unknown scheduler \(quoted(name))"
    case .field(let name, let expected): "scheduler: \(name) must be \(expected)"
    case .unsupported(let name, let value): "scheduler: \(name) = \(quoted(value)) is not supported"
    case .steps(let count, let limit): "\(count) steps asked for, the schedule allows 1 to \(limit)"
    case .degenerate(let step):
      "step \(step + 1) has no finite coefficients under this schedule and prediction type"
    }
  }
}

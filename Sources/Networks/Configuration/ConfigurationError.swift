import JSON

/// Why a component's `config.json` says no network that is known here. Descriptions are one line;
/// text out of the file appears escaped and shortened.
package enum ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  case json(JSONFault)
  /// The document is no JSON object.
  case notAnObject
  /// Neither `_class_name` nor `architectures` nor `model_type` says what it is.
  case missingClass
  case unknownClass(String)
  /// A field is absent that has no default.
  case missing(String)
  /// A field has a value of the wrong kind or outside its range.
  case field(String, expected: String)
  /// A field asks for something that the network here does not do.
  case unsupported(String, value: String)

  package var description: String {
    switch self {
    case .json(let fault): "\(fault)"
    case .notAnObject: "it holds no JSON object"
    case .missingClass: "it has no _class_name, architectures or model_type"
    case .unknownClass(let name): "unknown class \(quoted(name))"
    case .missing(let name): "\(name) is missing"
    case .field(let name, let expected): "\(name) must be \(expected)"
    case .unsupported(let name, let value): "\(name) = \(quoted(value)) is not supported"
    }
  }
}

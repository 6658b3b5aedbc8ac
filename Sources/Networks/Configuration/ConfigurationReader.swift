import JSON

/// Reads the fields of a component's `config.json` and keeps a record of them.
///
/// A field that is absent or null has its default value. Numbers are bounded here, so that
/// arithmetic on a few of them cannot overflow.
package struct ConfigurationReader {
  /// The largest extent that a parameter of a network may have.
  package static let extents = 1...1 << 20

  /// Which class of diffusers or transformers the file is for.
  package let className: String
  package private(set) var findings: [Finding] = []
  private let members: [String: JSONValue]

  /// - Parameter bytes: a whole JSON document.
  package init(parsing bytes: [UInt8]) throws(ConfigurationError) {
    let value: JSONValue
    do throws(JSONFault) { value = try JSONValue(parsing: bytes) } catch { throw .json(error) }
    guard case .object(let members) = value else { throw .notAnObject }
    self.members = members
    className = try Self.className(members)
  }

  /// `_class_name` as diffusers writes it, or the first of `architectures`, or `model_type`, as
  /// transformers does.
  private static func className(
    _ members: [String: JSONValue]
  ) throws(ConfigurationError) -> String {
    if case .string(let name)? = members["_class_name"] { return name }
    if case .array(let names)? = members["architectures"], case .string(let name)? = names.first {
      return name
    }
    if case .string(let name)? = members["model_type"] { return name }
    throw .missingClass
  }

  /// - Parameter members: the fields of a file that is no JSON, such as a GGUF file's metadata.
  package init(_ members: [String: JSONValue], for className: String) {
    (self.members, self.className) = (members, className)
  }

  /// The fields of an object in the file.
  package func object(_ name: String) throws(ConfigurationError) -> ConfigurationReader {
    guard case .object(let members)? = self[name] else {
      throw .field(name, expected: "an object")
    }
    return ConfigurationReader(
      members, for: (try? Self.className(members)) ?? className)
  }

  /// Whether the field is there and not null.
  package func has(_ name: String) -> Bool { self[name] != nil }

  /// The field as it stands; nil when it is absent or null.
  package subscript(name: String) -> JSONValue? {
    if case .null? = members[name] { return nil }
    return members[name]
  }

  /// - Parameter value: what an absent field means; nil refuses the file.
  package mutating func whole(
    _ name: String, default value: Int? = nil, in range: ClosedRange<Int> = extents
  ) throws(ConfigurationError) -> Int {
    switch self[name] {
    case nil: return note(name, try value.orMissing(name), Hyperparameter.Value.integer)
    case .whole(let number)? where range.contains(number):
      return note(name, number, Hyperparameter.Value.integer)
    default:
      throw .field(
        name, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  package mutating func wholes(
    _ name: String, default value: [Int]? = nil, in range: ClosedRange<Int> = extents,
    counts: ClosedRange<Int> = 1...64
  ) throws(ConfigurationError) -> [Int] {
    guard let field = self[name] else {
      return note(name, try value.orMissing(name), Hyperparameter.Value.integers)
    }
    guard case .array(let elements) = field, counts.contains(elements.count) else {
      throw .field(
        name, expected: "a list of \(counts.lowerBound) to \(counts.upperBound) whole numbers")
    }
    var numbers: [Int] = []
    for element in elements {
      guard case .whole(let number) = element, range.contains(number) else {
        throw .field(
          name, expected: "whole numbers from \(range.lowerBound) to \(range.upperBound)")
      }
      numbers.append(number)
    }
    return note(name, numbers, Hyperparameter.Value.integers)
  }

  package mutating func number(
    _ name: String, default value: Double? = nil, in range: ClosedRange<Double>
  ) throws(ConfigurationError) -> Double {
    let number: Double?
    switch self[name] {
    case nil: number = try value.orMissing(name)
    case .whole(let whole)?: number = Double(whole)
    case .real(let real)?: number = real
    default: number = nil
    }
    guard let number, range.contains(number) else {
      throw .field(name, expected: "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return note(name, number, Hyperparameter.Value.number)
  }

  package mutating func flag(
    _ name: String, default value: Bool? = nil
  ) throws(ConfigurationError) -> Bool {
    switch self[name] {
    case nil: return note(name, try value.orMissing(name), Hyperparameter.Value.flag)
    case .boolean(let flag)?: return note(name, flag, Hyperparameter.Value.flag)
    default: throw .field(name, expected: "true or false")
    }
  }

  package mutating func choice<Choice: RawRepresentable<String>>(
    _ name: String, default value: Choice? = nil
  ) throws(ConfigurationError) -> Choice {
    switch self[name] {
    case nil: return note(name, try value.orMissing(name)) { .text($0.rawValue) }
    case .string(let text)?:
      guard let choice = Choice(rawValue: text) else { throw .unsupported(name, value: text) }
      return note(name, choice) { .text($0.rawValue) }
    default: throw .field(name, expected: "a string")
    }
  }

  /// One number for each of `count` levels; a file may give a single one for all of them.
  package mutating func levels(
    _ name: String, default value: Int, count: Int
  ) throws(ConfigurationError) -> [Int] {
    if case .array? = self[name] { return try wholes(name) }
    return [Int](repeating: try whole(name, default: value), count: count)
  }

  package mutating func choices<Choice: RawRepresentable<String>>(
    _ name: String, default value: [Choice]
  ) throws(ConfigurationError) -> [Choice] {
    guard let field = self[name] else {
      return note(name, value) { .text($0.map(\.rawValue).joined(separator: " ")) }
    }
    guard case .array(let elements) = field, (1...64).contains(elements.count) else {
      throw .field(name, expected: "a list of 1 to 64 names")
    }
    var found: [Choice] = []
    for element in elements {
      guard case .string(let text) = element else { throw .field(name, expected: "names") }
      guard let choice = Choice(rawValue: text) else { throw .unsupported(name, value: text) }
      found.append(choice)
    }
    return note(name, found) { .text($0.map(\.rawValue).joined(separator: " ")) }
  }

  /// Refuses a value that asks for another network than the one that is written here.
  package func require(_ name: String, _ values: JSONValue...) throws(ConfigurationError) {
    guard let value = self[name], !values.contains(value) else { return }
    throw .unsupported(name, value: value.brief)
  }

  private mutating func note<Value>(
    _ name: String, _ value: Value, _ wrapped: (Value) -> Hyperparameter.Value
  ) -> Value {
    let source = has(name) ? "config.json" : "the absence of \(name) in config.json"
    findings.append(Finding(name: name, value: wrapped(value), source: source))
    return value
  }
}

extension Optional {
  fileprivate func orMissing(_ name: String) throws(ConfigurationError) -> Wrapped {
    guard let self else { throw .missing(name) }
    return self
  }
}

extension JSONValue {
  /// For a message.
  fileprivate var brief: String {
    switch self {
    case .null: "null"
    case .boolean(let flag): "\(flag)"
    case .whole(let number): "\(number)"
    case .real(let number): "\(number)"
    case .string(let text): text
    case .array: "a list"
    case .object: "an object"
    }
  }
}

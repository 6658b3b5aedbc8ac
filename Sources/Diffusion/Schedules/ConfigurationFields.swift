import JSON

/// Reads the fields of a configuration object; one that is absent or null has its default value.
struct ConfigurationFields {
  private let members: [String: JSONValue]

  init(_ members: [String: JSONValue]) { self.members = members }

  subscript(name: String) -> JSONValue? {
    if case .null? = members[name] { return nil }
    return members[name]
  }

  func string(_ name: String) throws(SchedulerError) -> String? {
    switch self[name] {
    case nil: return nil
    case .string(let text)?: return text
    default: throw .field(name, expected: "a string")
    }
  }

  func flag(_ name: String, default value: Bool) throws(SchedulerError) -> Bool {
    switch self[name] {
    case nil: return value
    case .boolean(let flag)?: return flag
    default: throw .field(name, expected: "true or false")
    }
  }

  func whole(
    _ name: String, default value: Int, in range: ClosedRange<Int>
  ) throws(SchedulerError) -> Int {
    switch self[name] {
    case nil: return value
    case .whole(let number)? where range.contains(number): return number
    default:
      throw .field(name, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  func number(
    _ name: String, default value: Double, in range: ClosedRange<Double>
  ) throws(SchedulerError) -> Double {
    let number: Double?
    switch self[name] {
    case nil: return value
    case .whole(let whole)?: number = Double(whole)
    case .real(let real)?: number = real
    default: number = nil
    }
    guard let number, range.contains(number) else {
      throw .field(name, expected: "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, default value: Choice
  ) throws(SchedulerError) -> Choice {
    guard let text = try string(name) else { return value }
    guard let choice = Choice(rawValue: text) else { throw .unsupported(name, value: text) }
    return choice
  }

  func numbers(_ name: String, limit: Int) throws(SchedulerError) -> [Double]? {
    guard let value = self[name] else { return nil }
    guard case .array(let elements) = value, (1...limit).contains(elements.count) else {
      throw .field(name, expected: "a list of 1 to \(limit) numbers")
    }
    var numbers: [Double] = []
    for element in elements {
      switch element {
      case .whole(let whole): numbers.append(Double(whole))
      case .real(let real): numbers.append(real)
      default: throw .field(name, expected: "a list of numbers")
      }
    }
    return numbers
  }

  /// Checks that fields which would change the sampler in ways it does not know are off.
  func requireOff(_ names: [String]) throws(SchedulerError) {
    for name in names where try flag(name, default: false) {
      throw .unsupported(name, value: "true")
    }
  }
}

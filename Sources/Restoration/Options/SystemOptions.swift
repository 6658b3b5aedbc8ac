/// What a person chose about a restoration: values of the options that ``OptionDeclarations`` has.
@dynamicMemberLookup
package struct SystemOptions: Sendable {
  /// By name; those that differ from the defaults.
  private var values: [String: any GivenOption] = [:]

  package init() {}

  package subscript<Value>(option: RestorationOption<Value>) -> Value {
    get { (values[option.name] as? GivenValue<Value>)?.value ?? option.defaultValue }
    set {
      values[option.name] =
        newValue == option.defaultValue ? nil : GivenValue(option: option, value: newValue)
    }
  }

  package subscript<Value>(
    dynamicMember option: KeyPath<OptionDeclarations, RestorationOption<Value>>
  ) -> Value {
    get { self[OptionDeclarations()[keyPath: option]] }
    set { self[OptionDeclarations()[keyPath: option]] = newValue }
  }

  /// Names of the options whose values differ from the defaults.
  package var given: Set<String> { Set(values.keys) }

  /// Those that decide what becomes of pictures.
  package var deciding: SystemOptions {
    var options = self
    options.values = values.filter { $0.value.decidesResults }
    return options
  }
}

/// As an object of what was given, by name.
extension SystemOptions: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: OptionName.self)
    for name in container.allKeys {
      guard let option = RestorationSystems.options[name.stringValue] else {
        throw DecodingError.dataCorruptedError(
          forKey: name, in: container, debugDescription: "there is no such option")
      }
      try option.decode(from: container, into: &self)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: OptionName.self)
    for given in values.values { try given.encode(to: &container) }
  }
}

/// An option with a value that differs from the default.
private protocol GivenOption: Sendable {
  var decidesResults: Bool { get }
  func encode(to container: inout KeyedEncodingContainer<OptionName>) throws
}

private struct GivenValue<Value: Codable & Hashable & Sendable>: GivenOption {
  let option: RestorationOption<Value>
  let value: Value

  var decidesResults: Bool { option.decidesResults }

  func encode(to container: inout KeyedEncodingContainer<OptionName>) throws {
    try container.encode(value, forKey: OptionName(option.name))
  }
}

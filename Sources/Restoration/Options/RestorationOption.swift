/// An option of a restoration: its name, the value that it has until another is given, and, by its
/// type, its coding.
package struct RestorationOption<Value: Codable & Hashable & Sendable>: DeclaredOption {
  /// In the words of the command line and of what is recorded; no two options share one.
  package let name: String
  package let defaultValue: Value
  package let decidesResults: Bool

  package init(_ name: String, default defaultValue: Value, decidesResults: Bool = true) {
    (self.name, self.defaultValue) = (name, defaultValue)
    self.decidesResults = decidesResults
  }

  package var isOnByDefault: Bool { defaultValue as? Bool == true }

  package func decode(
    from container: KeyedDecodingContainer<OptionName>, into options: inout SystemOptions
  ) throws {
    options[self] = try container.decode(Value.self, forKey: OptionName(name))
  }
}

/// An option, whatever its values are.
package protocol DeclaredOption: Sendable {
  var name: String { get }
  /// Whether what becomes of a picture depends on it.
  var decidesResults: Bool { get }
  /// Whether it is a switch that is on until it is given.
  var isOnByDefault: Bool { get }

  /// Takes over the value that was coded under the option's name.
  func decode(
    from container: KeyedDecodingContainer<OptionName>, into options: inout SystemOptions) throws
}

/// Every option that there is: who looks at one declares it here, in an extension, as
///
///     var upscale: RestorationOption<Int> { RestorationOption("upscale", default: 1) }
///
/// whereupon ``SystemOptions`` have a property `upscale`. Systems name those that they look at in
/// ``RestorationSystem/accepted(_:)``.
package struct OptionDeclarations: Sendable {
  package init() {}
}

/// The key that an option's value is coded under.
package struct OptionName: CodingKey {
  package let stringValue: String
  package var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  package init(stringValue: String) { self.init(stringValue) }
  package init?(intValue: Int) { nil }
}

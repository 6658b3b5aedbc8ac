import JSON
import Networks
import Pictures

/// The `config.json` beside a restorer's tensors, or the `choices.json` of a bundle:
/// hyper-parameters by name, as `limpid inspect --json` tells them, and `architecture`.
struct RestorerConfiguration {
  static let fileName = "config.json"
  /// Of what a person chose after the bundle was made.
  static let choicesName = "choices.json"
  private static let maximumBytes = 1 << 20

  let hyperparameters: [Hyperparameter]

  /// - Throws: ``LimpidError``, which names the file.
  init(_ folder: Folder, named file: String = fileName) throws(LimpidError) {
    let bytes = try folder.bytes(file, limit: Self.maximumBytes)
    do {
      guard case .object(let members) = try JSONValue(parsing: bytes) else {
        throw BundleError("it is no JSON object")
      }
      hyperparameters = try members.sorted { $0.key < $1.key }.compactMap { name, value in
        name == "architecture" ? nil : Hyperparameter(name, try Self.value(value, of: name))
      }
    } catch {
      throw LimpidError(.badData, "\(folder.called(file)): \(error)")
    }
  }

  private static func value(_ value: JSONValue, of name: String) throws -> Hyperparameter.Value {
    switch value {
    case .boolean(let flag): return .flag(flag)
    case .whole(let number): return .integer(number)
    case .real(let number): return .number(number)
    case .string(let text): return .text(text)
    case .array(let values):
      let numbers = values.compactMap { if case .whole(let number) = $0 { number } else { nil } }
      if numbers.count == values.count { return .integers(numbers) }
    default: break
    }
    throw BundleError("\(quoted(name)) is no number, flag, text or list of whole numbers")
  }
}

import Checkpoints
import JSON
import Networks

extension ConfigurationReader {
  /// The fields of a GGUF file's metadata, lists aside.
  package init(metadata: [String: GGUFValue]) {
    let fields = metadata.compactMapValues { value -> JSONValue? in
      switch value {
      case .whole(let number): .whole(number)
      case .real(let number): .real(number)
      case .boolean(let flag): .boolean(flag)
      case .string(let text): .string(text)
      case .wholes, .reals, .booleans, .strings: nil
      }
    }
    self.init(fields, for: "GGUF")
  }
}

import Checkpoints
import JSON
import Pictures

/// The `model_index.json` of a pipeline that diffusers has written.
package struct ModelIndex {
  static let fileName = "model_index.json"
  private static let maximumBytes = 1 << 20

  package let className: String
  private let members: [String: JSONValue]

  /// - Throws: when the folder has no index, or one that names no pipeline.
  package init(_ folder: Folder) throws(LimpidError) {
    let bytes = try folder.bytes(Self.fileName, limit: Self.maximumBytes)
    let value: JSONValue
    do throws(JSONFault) {
      value = try JSONValue(parsing: bytes)
    } catch {
      throw LimpidError(.badData, "\(folder.called(Self.fileName)): \(error)")
    }
    guard case .object(let members) = value, case .string(let name)? = members["_class_name"]
    else { throw LimpidError(.badData, "\(folder.called(Self.fileName)): it has no _class_name") }
    className = name
    self.members = members
  }

  /// A setting of the pipeline.
  package func flag(_ name: String, default value: Bool) -> Bool {
    if case .boolean(let flag)? = members[name] { flag } else { value }
  }
}

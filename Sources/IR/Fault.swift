import Tensors

/// A network that cannot be built: which op, on what shapes, under which weight path, and why.
package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
  package let op: String
  package let operands: [Shape]
  package let path: String
  package let reason: String

  package init(op: String, operands: [Shape], path: String, reason: String) {
    self.op = op
    self.operands = operands
    self.path = path
    self.reason = reason
  }

  package var description: String {
    let place = path.isEmpty ? "" : " at \(path)"
    let shapes = operands.map(\.description).joined(separator: " ")
    return "\(op)\(place): \(reason) (operands \(shapes))"
  }
}

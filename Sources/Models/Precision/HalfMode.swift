/// A way in which a device computes with values that are stored as halves.
package enum HalfMode: String, Codable, CaseIterable, Sendable {
  /// Products and sums in float32.
  case storage
  /// Products of halves by the device's matrix instructions, sums in float32.
  case matrixUnits = "matrix_units"
  /// The same by a device that has none and imitates them, slowly.
  case emulatedMatrixUnits = "emulated_matrix_units"

  package var usesMatrixUnits: Bool {
    switch self {
    case .storage: false
    case .matrixUnits, .emulatedMatrixUnits: true
    }
  }
}

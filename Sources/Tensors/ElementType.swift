/// The element types that tensors hold in memory and in checkpoint files.
package enum ElementType: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
  case f32, f16, bf16, i32, i64

  /// Size of one element in bytes.
  package var byteCount: Int {
    switch self {
    case .f32, .i32: 4
    case .f16, .bf16: 2
    case .i64: 8
    }
  }

  package var description: String { rawValue }
}

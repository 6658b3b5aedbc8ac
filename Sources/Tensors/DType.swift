/// How values are stored on a device between operations; arithmetic is float32 either way.
package enum DType: String, Sendable, Hashable, Codable, CaseIterable, CustomStringConvertible {
  case f32, f16

  /// Size of one element in bytes.
  package var byteCount: Int {
    switch self {
    case .f32: 4
    case .f16: 2
    }
  }

  package var description: String { rawValue }
}

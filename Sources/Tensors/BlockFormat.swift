/// How quantised elements lie: in blocks that share scales, each within one row.
///
/// Those of llama.cpp; `BlockFormat+Layout` says where what lies.
package enum BlockFormat: String, Sendable, Hashable, CaseIterable {
  case q4_0, q8_0, q4_K, q5_K, q6_K

  /// Elements of a block.
  package var length: Int {
    switch self {
    case .q4_0, .q8_0: 32
    case .q4_K, .q5_K, .q6_K: 256
    }
  }

  /// Size of a block in bytes.
  package var byteCount: Int {
    switch self {
    case .q4_0: 18
    case .q8_0: 34
    case .q4_K: 144
    case .q5_K: 176
    case .q6_K: 210
    }
  }
}

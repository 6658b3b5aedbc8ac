import Tensors

/// The element types of GGUF files that are read; the raw values are the format's numbers.
///
/// Quantised rows are cut into blocks of ``blockLength`` elements that share scales: see
/// ``BlockFormat``.
package enum GGUFType: UInt32, Sendable, Hashable, CaseIterable {
  case f32 = 0
  case f16 = 1
  case q4_0 = 2
  case q8_0 = 8
  case q4_K = 12
  case q5_K = 13
  case q6_K = 14
  case bf16 = 30

  /// Elements of a block; a row holds whole blocks.
  package var blockLength: Int { blockFormat?.length ?? 1 }

  /// Size of a block in bytes.
  package var blockBytes: Int { blockFormat?.byteCount ?? elementType!.byteCount }

  /// How the blocks of quantised types lie; nil for types that have none.
  package var blockFormat: BlockFormat? {
    switch self {
    case .f32, .f16, .bf16: nil
    case .q4_0: .q4_0
    case .q8_0: .q8_0
    case .q4_K: .q4_K
    case .q5_K: .q5_K
    case .q6_K: .q6_K
    }
  }

  /// The type of a ``HostTensor`` that holds such elements as they lie; nil for blocks.
  package var elementType: ElementType? {
    switch self {
    case .f32: .f32
    case .f16: .f16
    case .bf16: .bf16
    case .q4_0, .q8_0, .q4_K, .q5_K, .q6_K: nil
    }
  }

  /// The format's name of a type, of those that are not read, too; its number where there is none.
  static func name(of number: UInt32) -> String {
    if let type = GGUFType(rawValue: number) { return "\(type)".uppercased() }
    let others: [UInt32: String] = [
      3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 9: "Q8_1", 10: "Q2_K", 11: "Q3_K", 15: "Q8_K",
      16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S",
      22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32", 27: "I64", 28: "F64",
      29: "IQ1_M", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4",
    ]
    return others[number] ?? "\(number)"
  }
}

import Tensors

/// One tensor of a safetensors file as its validated header describes it.
package struct SafetensorsEntry: Sendable, Hashable {
  /// 1 to 512 bytes of printable UTF-8.
  package let name: String
  package let type: SafetensorsType
  /// At most 8 extents; the product of the non-zero ones fits an `Int`.
  package let shape: Shape
  /// Where the elements lie, in bytes from the end of the header: little-endian, row-major.
  package let dataOffsets: Range<Int>
}

/// Numbers of any type in memory, read as float32.
package struct Elements {
  @usableFromInline let bytes: UnsafeRawBufferPointer
  @usableFromInline let type: ElementType

  @inlinable
  package init(_ bytes: UnsafeRawBufferPointer, _ type: ElementType) {
    self.bytes = bytes
    self.type = type
  }

  package var count: Int { bytes.count / type.byteCount }

  @inlinable
  package subscript(index: Int) -> Float {
    switch type {
    case .f32: element(index)
    case .f16: Float(half: element(index))
    case .bf16: Float(bitPattern: UInt32(element(index) as UInt16) << 16)
    case .i32: Float(element(index) as Int32)
    case .i64: Float(element(index) as Int64)
    }
  }

  @inlinable
  func element<Element: BitwiseCopyable>(_ index: Int) -> Element {
    bytes.loadUnaligned(
      fromByteOffset: index * MemoryLayout<Element>.stride, as: Element.self)
  }
}

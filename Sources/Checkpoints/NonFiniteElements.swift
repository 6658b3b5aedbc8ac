import Dispatch
import Synchronization

/// The elements of a tensor that are no finite numbers.
package struct NonFiniteElements: Hashable, Sendable {
  /// The tensor's name.
  package let tensor: String
  package fileprivate(set) var nans = 0
  package fileprivate(set) var infinities = 0
}

extension NonFiniteElements: CustomStringConvertible {
  /// Such as `intro.weight has 3 NaN and 1 infinity`.
  package var description: String { "\(tensor) has \(counts)" }

  private var counts: String {
    let counts = [(nans, "NaN"), (infinities, infinities == 1 ? "infinity" : "infinities")]
    return counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " and ")
  }

  /// One line about all of a checkpoint; nil when there are none.
  package static func summary(_ elements: [NonFiniteElements]) -> String? {
    guard !elements.isEmpty else { return nil }
    var all = NonFiniteElements(tensor: "")
    for tensor in elements {
      all.nans += tensor.nans
      all.infinities += tensor.infinities
    }
    let first = elements.prefix(3).map(\.description).joined(separator: ", ")
    return "\(all.counts) in \(elements.count) tensors; first: \(first)"
  }
}

extension Checkpoint {
  /// Which tensors have elements that are NaN or infinite, in file order. Reads everything, piece
  /// by piece on all cores; tensors that no network's parameters can be are passed over.
  package func nonFiniteElements() throws(SafetensorsError) -> [NonFiniteElements] {
    let found = Mutex([NonFiniteElements?](repeating: nil, count: entries.count))
    let failure = Mutex<SafetensorsError?>(nil)
    DispatchQueue.concurrentPerform(iterations: entries.count) { index in
      guard failure.withLock({ $0 == nil }) else { return }
      do throws(SafetensorsError) {
        let elements = try nonFiniteElements(of: entries[index])
        if let elements { found.withLock { $0[index] = elements } }
      } catch {
        failure.withLock { $0 = error }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return found.withLock { $0.compactMap(\.self) }
  }

  /// nil when all elements are finite.
  private func nonFiniteElements(
    of entry: CheckpointEntry
  ) throws(SafetensorsError) -> NonFiniteElements? {
    var found = NonFiniteElements(tensor: entry.name)
    try forEachPiece(ofTensor: entry.name) { bytes in
      switch entry.type {
      case .f32: found.count(bytes, exponent: 0x7F80_0000 as UInt32)
      case .f16: found.count(bytes, exponent: 0x7C00 as UInt16)
      case .bf16: found.count(bytes, exponent: 0x7F80 as UInt16)
      case .f64: found.count(bytes, exponent: 0x7FF0_0000_0000_0000 as UInt64)
      default: break
      }
    }
    return found.nans + found.infinities > 0 ? found : nil
  }
}

extension NonFiniteElements {
  /// - Parameter exponent: the bits that are all set in numbers that are not finite.
  fileprivate mutating func count<Bits: FixedWidthInteger & UnsignedInteger>(
    _ bytes: UnsafeRawBufferPointer, exponent: Bits
  ) {
    let numbers = bytes.bindMemory(to: Bits.self)
    let suspects = numbers.reduce(0) { $0 &+ ($1 & exponent == exponent ? 1 : 0) }
    guard suspects > 0 else { return }
    let infinite = numbers.count { $0 << 1 == exponent << 1 }
    infinities += infinite
    nans += suspects - infinite
  }
}

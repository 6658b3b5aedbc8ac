/// The extents of a tensor, outermost first. Rank 0 is a scalar; rank 8 is the largest.
package struct Shape: Hashable, Codable, Sendable, ExpressibleByArrayLiteral,
  CustomStringConvertible
{
  package static let maximumRank = 8

  package let extents: [Int]

  package init(_ extents: [Int]) { self.extents = extents }
  package init(arrayLiteral elements: Int...) { extents = elements }

  package var rank: Int { extents.count }

  /// Number of elements; 1 for a scalar. Only call it on shapes that passed ``checkedCount``
  /// or that were derived from such shapes.
  package var count: Int { extents.reduce(1, *) }

  /// Number of elements, or nil when an extent is negative or the product overflows.
  package var checkedCount: Int? {
    var product = 1
    for extent in extents {
      guard extent >= 0 else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard !overflow else { return nil }
      product = next
    }
    return product
  }

  /// Distance in elements between neighbours along each axis of a dense row-major tensor.
  package var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * extents[axis + 1]
    }
    return strides
  }

  package subscript(axis: Int) -> Int { extents[axis] }

  /// The same shape with one extent replaced.
  package func replacing(_ axis: Int, with extent: Int) -> Shape {
    var copy = extents
    copy[axis] = extent
    return Shape(copy)
  }

  /// The shape that `self` and `other` broadcast to, aligned at the last axis; nil when they clash.
  package func broadcast(with other: Shape) -> Shape? {
    let rank = Swift.max(self.rank, other.rank)
    var result = [Int](repeating: 1, count: rank)
    for offset in 1...Swift.max(rank, 1) where offset <= rank {
      let a = offset <= self.rank ? extents[self.rank - offset] : 1
      let b = offset <= other.rank ? other.extents[other.rank - offset] : 1
      guard a == b || a == 1 || b == 1 else { return nil }
      result[rank - offset] = a == 1 ? b : a
    }
    return Shape(result)
  }

  package var description: String {
    "[" + extents.map(String.init).joined(separator: ", ") + "]"
  }
}

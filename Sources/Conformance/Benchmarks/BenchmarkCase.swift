import IR
import Tensors

/// An op at a size that networks have, whose batch and height and width may be chosen.
package struct BenchmarkCase: Sendable {
  /// What varies of a case.
  package struct Extents: Hashable, Sendable {
    package let batch: Int
    package let height: Int
    package let width: Int

    package init(batch: Int, height: Int, width: Int) {
      (self.batch, self.height, self.width) = (batch, height, width)
    }
  }

  /// What it is called whatever its extents: unique, and the same in every version.
  package let name: String
  package let height: Int
  package let width: Int
  private let make: @Sendable (Extents) -> OpCase

  /// - Parameters:
  ///   - height: the case's own, which a size may take the place of.
  ///   - width: likewise.
  ///   - make: the op on operands of some extents.
  package init(
    _ name: String, _ height: Int, _ width: Int, _ make: @escaping @Sendable (Extents) -> OpCase
  ) {
    (self.name, self.height, self.width, self.make) = (name, height, width, make)
  }

  /// - Parameter size: height and width; nil for the case's own.
  package func subject(batch: Int = 1, size: (height: Int, width: Int)? = nil) -> OpCase {
    make(Extents(batch: batch, height: size?.height ?? height, width: size?.width ?? width))
  }
}

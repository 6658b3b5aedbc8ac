import Glibc
import Tensors

/// The weight of a tile along one axis: 1 in its core, falling to 0 across each inner seam. Those
/// of all tiles sum to one.
package struct Ramp {
  /// How weights change across a seam.
  package enum Shape {
    /// By equal steps.
    case linear
    /// As the cosine and the sine of an angle, which grows by equal steps from the last element
    /// that a tile has alone to the first one of its neighbour.
    case turning
  }

  /// Where the weight is above zero.
  package let pixels: Range<Int>
  private let core: Range<Int>
  private let length: Int
  private let reach: Int
  private let shape: Shape

  /// - Parameter reach: of the blend to either side of a seam.
  package init(_ span: Tiling.Span, length: Int, reach: Int, shape: Shape = .linear) {
    core = span.core
    self.length = length
    self.reach = reach
    self.shape = shape
    pixels = max(core.lowerBound - reach, 0)..<min(core.upperBound + reach, length)
  }

  package subscript(position: Int) -> Float {
    guard reach > 0 else { return 1 }
    let rising = core.lowerBound == 0 ? 1 : step(position, from: core.lowerBound)
    let falling = core.upperBound == length ? 1 : 1 - step(position, from: core.upperBound)
    return rising * falling
  }

  /// 0 before the seam's ramp, 1 after it.
  private func step(_ position: Int, from seam: Int) -> Float {
    let depth = position - (seam - reach)
    switch shape {
    case .linear:
      return ((Float(depth) + 0.5) / Float(2 * reach)).clamped(to: 0...1)
    case .turning:
      let steps = 2 * reach + 1
      let angle = Double.pi / 2 * Double((depth + 1).clamped(to: 0...steps)) / Double(steps)
      return Float(sin(angle) / (sin(angle) + cos(angle)))
    }
  }
}

import Tensors

/// Scaled dot-product attention within windows, in several heads, with a bias by relative place:
/// softmax over the keys of a window of scale q·k + bias, times v.
///
/// Operands: q (N, h d, H, W); k (N, h d / f², H, W) and v (N, h e / f², H, W), f being
/// ``Windows/fold``; bias (h, R, S), as many as ``Windows/tableExtents``. Head i owns the channels
/// i d ..< (i + 1) d. Result: (N, h e, H, W), every query where it was.
///
/// Z. Liu et al., "Swin Transformer: Hierarchical Vision Transformer using Shifted Windows", ICCV
/// 2021, equation 4.
package struct WindowAttention: OpRule, Hashable {
  package var heads: Int
  package var scale: Float
  package var windows: Windows

  package init(heads: Int, scale: Float, windows: Windows) {
    self.heads = heads
    self.scale = scale
    self.windows = windows
  }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let operands = try operands.checked(4...4)
    let (q, k, v, bias) = (operands[0], operands[1], operands[2], operands[3])
    guard windows.isValid else { throw Misfit("\(windows) are no windows") }
    guard q.rank == 4, k.rank == 4, v.rank == 4 else { throw Misfit("takes NCHW maps") }
    let isEven = q[2].isMultiple(of: windows.height) && q[3].isMultiple(of: windows.width)
    guard isEven else { throw Misfit("\(windows) do not cover the map") }
    for other in [k, v] where other != q.replacing(1, with: other[1]) {
      throw Misfit("the maps differ in more than channels")
    }
    let folded = windows.fold * windows.fold
    guard q[1] == k[1] * folded, heads > 0, q[1] % heads == 0, v[1] * folded % heads == 0 else {
      throw Misfit("channels do not split into \(heads) heads of equal queries and keys")
    }
    guard bias == Shape([heads] + windows.tableExtents) else {
      throw Misfit("the bias is not \(heads) tables of \(windows.tableExtents)")
    }
    return q.replacing(1, with: v[1] * folded)
  }

  package func flops(operands: [Shape], output: Shape) -> Int {
    let queries = output[0] * output[2] * output[3]
    return 2 * queries * windows.keyCount * (operands[0][1] + output[1])
  }

  package func reductionLength(operands: [Shape]) -> Int {
    max(operands[0][1] / heads, windows.keyCount)
  }
}

/// Windows of one size that a map divides into.
package struct Windows: Hashable, Sendable {
  package enum Arrangement: Hashable, Sendable {
    /// Side by side.
    case blocks
    /// Side by side, moved down and to the right around the map; what came around its border, be
    /// it in part, and what did not do not see each other. A shift leaves at least one line and
    /// column of keys that did not, so that every query sees a key.
    case shifted(down: Int, right: Int)
    /// Side by side, the keys being those of a window that is larger by so many pixels on every
    /// side. What is outside of the map is zero, and is seen.
    case overlapping(by: Int)
    /// Pixels that lie as far apart as there are windows.
    case grid
  }

  /// What the tables of the bias go by, both counted from the smallest that there is.
  package enum Offset: Hashable, Sendable {
    case queryMinusKey
    case keyMinusQuery
  }

  /// Lines of a window of queries.
  package var height: Int
  /// Columns of a window of queries.
  package var width: Int
  package var arrangement: Arrangement
  /// The side of the squares of pixels whose channels, one pixel's after another's, are those of
  /// one key. For the bias a query has the place of its square.
  package var fold: Int
  package var offset: Offset

  package init(
    height: Int, width: Int, _ arrangement: Arrangement = .blocks, fold: Int = 1,
    offset: Offset = .queryMinusKey
  ) {
    self.height = height
    self.width = width
    self.arrangement = arrangement
    self.fold = fold
    self.offset = offset
  }

  /// Pixels by which a window of keys is larger on every side.
  package var overlap: Int {
    if case .overlapping(let pixels) = arrangement { pixels } else { 0 }
  }

  package var shift: (down: Int, right: Int) {
    if case .shifted(let down, let right) = arrangement { (down, right) } else { (0, 0) }
  }

  /// Lines and columns of keys of a window.
  package var keyExtents: [Int] { [height, width].map { $0 / fold + 2 * overlap } }

  package var keyCount: Int { keyExtents.reduce(1, *) }

  /// Rows and columns of a head's bias.
  package var tableExtents: [Int] {
    zip([height, width], keyExtents).map { $0 / fold + $1 - 1 }
  }

  /// Whether sizes are positive and small, and a shift leaves a whole key of a window before it.
  var isValid: Bool {
    let sides = 1...256
    guard sides.contains(height), sides.contains(width), sides.contains(fold),
      height.isMultiple(of: fold), width.isMultiple(of: fold), 0...256 ~= overlap,
      fold == 1 || overlap == 0
    else { return false }
    switch arrangement {
    case .blocks, .overlapping: return true
    case .grid: return fold == 1
    case .shifted(let down, let right):
      return (0...height - fold).contains(down) && (0...width - fold).contains(right)
    }
  }
}

import Tensors

/// How similar the channels of a head are within each of the windows that cover a map: the cosines
/// between queries and keys, each a vector of a window's pixels, of length 1e-12 at least.
///
/// Operand: queries, keys and values, neighbouring thirds of the channels of one map (N, 3 C, H,
/// W). Result: (N, W, `heads`, C / `heads`, C / `heads`), queries before keys, for the W windows of
/// ``WindowGrid``.
package struct WindowSimilarity: OpRule, Hashable {
  package var heads: Int
  /// Side of the windows in pixels.
  package var window: Int

  package init(heads: Int, window: Int) {
    self.heads = heads
    self.window = window
  }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let map = try operands.checked(1...1)[0]
    guard map.rank == 4, map[1] % 3 == 0 else { throw Misfit("takes three maps in one") }
    guard heads > 0, map[1] / 3 % heads == 0 else {
      throw Misfit("channels do not split into \(heads) heads")
    }
    guard window > 0, map.count > 0 else { throw Misfit("no windows of \(window) pixels") }
    let channels = map[1] / 3 / heads
    let windows = WindowGrid(height: map[2], width: map[3], side: window).windowCount
    return [map[0], windows, heads, channels, channels]
  }

  /// Every pixel is multiplied once, whatever the number of windows that it lies in.
  package func flops(operands: [Shape], output: Shape) -> Int {
    2 * operands[0].count / 3 * output[4]
  }

  package func reductionLength(operands: [Shape]) -> Int {
    min(window, operands[0][2]) * min(window, operands[0][3])
  }
}

/// The channels of every head mixed, at each pixel by the mean of the mixtures of the windows that
/// it lies in: TLC's average of the results of overlapping windows.
///
/// Operands: queries, keys and values (N, 3 C, H, W), of which the values are mixed; how much of
/// which channel, (N, W, heads, C / heads, C / heads), as of ``WindowSimilarity``.
/// Result: (N, C, H, W).
package struct WindowMixture: OpRule, Hashable {
  /// Side of the windows in pixels.
  package var window: Int

  package init(window: Int) {
    self.window = window
  }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let operands = try operands.checked(2...2)
    let (map, weights) = (operands[0], operands[1])
    guard weights.rank == 5 else { throw Misfit("takes matrices for windows and heads") }
    let similarity = WindowSimilarity(heads: weights[2], window: window)
    guard try similarity.shape(of: [map]) == weights else {
      throw Misfit("there is not one matrix for each window and head")
    }
    return [map[0], map[1] / 3, map[2], map[3]]
  }

  package func flops(operands: [Shape], output: Shape) -> Int {
    2 * output.count * operands[1][4]
  }

  package func reductionLength(operands: [Shape]) -> Int { operands[1][4] }
}

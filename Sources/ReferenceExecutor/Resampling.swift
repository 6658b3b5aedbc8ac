import Glibc
import IR
import Tensors

extension PixelShuffle: Evaluable {
  /// y[n, c, i, j] = x[n, c r^2 + (i mod r) r + j mod r, i / r, j / r].
  func evaluate(_ operands: [Source], into result: Destination) {
    moveBlocks(factor, deep: operands[0].shape, wide: result.shape) { deep, wide in
      result.elements[wide] = operands[0].elements[deep]
    }
  }
}

extension PixelUnshuffle: Evaluable {
  /// y[n, c r^2 + dy r + dx, i, j] = x[n, c, i r + dy, j r + dx].
  func evaluate(_ operands: [Source], into result: Destination) {
    moveBlocks(factor, deep: result.shape, wide: operands[0].shape) { deep, wide in
      result.elements[deep] = operands[0].elements[wide]
    }
  }
}

/// Pairs the elements of (N, C r^2, H, W) and (N, C, H r, W r).
private func moveBlocks(_ r: Int, deep: Shape, wide: Shape, _ move: (Int, Int) -> Void) {
  let (height, width) = (deep[2], deep[3])
  for index in 0..<deep.count {
    let (j, i) = (index % width, index / width % height)
    let plane = index / width / height
    let (dx, dy, c) = (plane % r, plane / r % r, plane / (r * r))
    move(index, (c * height * r + i * r + dy) * width * r + j * r + dx)
  }
}

extension Resize: Evaluable {
  /// y[n, c, i, j] = sum of x[n, c, ...] over the taps of row i and of column j.
  func evaluate(_ operands: [Source], into result: Destination) {
    let x = operands[0]
    let (oldHeight, oldWidth) = (x.shape[2], x.shape[3])
    let rows = (0..<height).map { taps($0, from: oldHeight, to: height) }
    let columns = (0..<width).map { taps($0, from: oldWidth, to: width) }
    concurrently(result.shape[0] * result.shape[1] * height) { row in
      let plane = row / height * oldHeight
      for j in 0..<width {
        var sum = 0.0
        for vertical in rows[row % height] {
          for horizontal in columns[j] {
            let element = x[(plane + vertical.position) * oldWidth + horizontal.position]
            sum += vertical.factor * horizontal.factor * element
          }
        }
        result.store(sum, at: row * width + j)
      }
    }
  }

  /// What element `index` of the result is made of along one axis. Nearest takes element
  /// floor(index old / new); bilinear interpolates at (index + 1/2) old / new - 1/2, cut off
  /// at the borders.
  private func taps(_ index: Int, from old: Int, to new: Int) -> [(position: Int, factor: Double)] {
    switch mode {
    case .nearest:
      return [(index * old / new, 1)]
    case .bilinear:
      let exact = max((Double(index) + 0.5) * Double(old) / Double(new) - 0.5, 0)
      let lower = min(Int(exact), old - 1)
      let fraction = exact - Double(lower)
      return [(lower, 1 - fraction), (min(lower + 1, old - 1), fraction)]
    }
  }
}

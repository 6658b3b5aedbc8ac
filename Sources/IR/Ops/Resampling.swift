import Tensors

/// Depth to space: input channel c r^2 + dy r + dx becomes pixel (dy, dx) of channel c.
package struct PixelShuffle: MovementRule, Hashable {
  package var factor: Int

  package init(factor: Int) { self.factor = factor }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let x = try operands.checked(1...1)[0]
    guard x.rank == 4, factor > 0, x[1] % (factor * factor) == 0 else {
      throw Misfit("channels are no multiple of \(factor) squared")
    }
    return [x[0], x[1] / (factor * factor), x[2] * factor, x[3] * factor]
  }
}

/// Space to depth, the inverse of ``PixelShuffle``.
package struct PixelUnshuffle: MovementRule, Hashable {
  package var factor: Int

  package init(factor: Int) { self.factor = factor }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let x = try operands.checked(1...1)[0]
    guard x.rank == 4, factor > 0, x[2] % factor == 0, x[3] % factor == 0 else {
      throw Misfit("sides are no multiple of \(factor)")
    }
    return [x[0], x[1] * factor * factor, x[2] / factor, x[3] / factor]
  }
}

/// Resamples an NCHW map to another height and width, as PyTorch's `interpolate`; no antialiasing.
package struct Resize: OpRule, Hashable {
  package enum Mode: Hashable, Sendable {
    /// Row i of the result is row floor(i H / H') of the operand; columns likewise.
    case nearest
    /// Interpolates at row (i + 1/2) H / H' - 1/2, cut off at the borders (`align_corners=False`).
    case bilinear
  }

  package var mode: Mode
  package var height: Int
  package var width: Int

  package init(_ mode: Mode, height: Int, width: Int) {
    self.mode = mode
    self.height = height
    self.width = width
  }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let x = try operands.checked(1...1)[0]
    guard x.rank == 4, height > 0, width > 0 else { throw Misfit("takes NCHW and a size") }
    return [x[0], x[1], height, width]
  }

  package func flops(operands: [Shape], output: Shape) -> Int {
    switch mode {
    case .nearest: 0
    case .bilinear: 8 * output.count
    }
  }

  package func reductionLength(operands: [Shape]) -> Int {
    switch mode {
    case .nearest: 1
    case .bilinear: 4
    }
  }
}

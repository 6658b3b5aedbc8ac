import Tensors

/// Two-dimensional cross-correlation, zero-padded.
///
/// Operands: x (N, C, H, W); weight (O, C/groups, KH, KW), or (O, C) as linear layers store it for
/// a kernel of one pixel; optionally bias (O).
/// Result: (N, O, H', W') with H' = (H + top + bottom - dilation (KH - 1) - 1) / stride + 1.
package struct Convolution: OpRule, Hashable {
  package var stride = 1
  package var dilation = 1
  package var groups = 1
  package var padding = Edges()

  package init(stride: Int = 1, dilation: Int = 1, groups: Int = 1, padding: Edges = Edges()) {
    self.stride = stride
    self.dilation = dilation
    self.groups = groups
    self.padding = padding
  }

  package func shape(of operands: [Shape]) throws(Misfit) -> Shape {
    let operands = try operands.checked(2...3)
    let (x, w) = (operands[0], Self.filters(operands[1]))
    guard x.rank == 4, w.rank == 4 else { throw Misfit("takes NCHW and OIHW") }
    guard stride > 0, dilation > 0, groups > 0, padding.isValid else {
      throw Misfit("stride, dilation, groups and padding must be positive")
    }
    guard x[1] == w[1] * groups, w[0] % groups == 0 else {
      throw Misfit("\(x[1]) channels do not fit weights \(w) in \(groups) groups")
    }
    if operands.count == 3, operands[2] != [w[0]] { throw Misfit("bias is not one per channel") }
    let height = x[2] + padding.top + padding.bottom - dilation * (w[2] - 1) - 1
    let width = x[3] + padding.left + padding.right - dilation * (w[3] - 1) - 1
    guard height >= 0, width >= 0 else { throw Misfit("the kernel is larger than the image") }
    return [x[0], w[0], height / stride + 1, width / stride + 1]
  }

  /// The weight's shape as (O, C/groups, KH, KW).
  package static func filters(_ weight: Shape) -> Shape {
    weight.rank == 2 ? [weight[0], weight[1], 1, 1] : weight
  }

  package func flops(operands: [Shape], output: Shape) -> Int {
    let w = Self.filters(operands[1])
    return 2 * output.count * w[1] * w[2] * w[3]
  }

  package func reductionLength(operands: [Shape]) -> Int {
    operands[1].extents.dropFirst().reduce(1, *)
  }
}

/// Amounts in pixels on the four sides of a feature map.
package struct Edges: Hashable, Sendable {
  package var top = 0
  package var left = 0
  package var bottom = 0
  package var right = 0

  package init(top: Int = 0, left: Int = 0, bottom: Int = 0, right: Int = 0) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }

  package static func all(_ amount: Int) -> Edges {
    Edges(top: amount, left: amount, bottom: amount, right: amount)
  }

  var isValid: Bool { top >= 0 && left >= 0 && bottom >= 0 && right >= 0 }
}

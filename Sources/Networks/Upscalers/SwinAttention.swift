import IR

extension Tensor {
  /// Swin's attention within windows (W-MSA, SW-MSA): `w.qkv`, `w.relative_position_bias_table` and
  /// `w.proj`.
  func swinAttention(_ w: Weights, heads: Int, windows: Windows, bias: Bool) -> Tensor {
    let parts = linear(w.qkv, to: 3 * channels, bias: bias).split(3)
    let table = w.relative_position_bias_table.offsets(of: windows, heads: heads)
    return parts[0].attending(to: parts[1], parts[2], in: windows, heads: heads, bias: table)
      .linear(w.proj, to: channels)
  }

  /// Two layers with GELU between them: `w.fc1` and `w.fc2`.
  func multilayer(_ w: Weights, hidden: Int) -> Tensor {
    linear(w.fc1, to: hidden).gelu.linear(w.fc2, to: channels)
  }
}

extension Weights {
  /// A table that has a row for each offset and a column for each head, as windows want it.
  func offsets(of windows: Windows, heads: Int) -> Tensor {
    let extents = windows.tableExtents
    return self(extents.reduce(1, *), heads).transposed(1, 0)
      .reshaped(heads, extents[0], extents[1])
  }
}

extension Windows {
  /// Squares, every second time moved by half a side.
  static func swin(side: Int, isShifted: Bool) -> Windows {
    Windows(
      height: side, width: side,
      isShifted && side > 1 ? .shifted(down: side / 2, right: side / 2) : .blocks)
  }
}

import Tensors

extension Tensor {
  package func reshaped(_ extents: Int...) -> Tensor { apply(.reshape(Reshape(Shape(extents)))) }

  package func transposed(_ order: Int...) -> Tensor { apply(.transpose(Transpose(order))) }

  /// Equal parts along the channels.
  package func split(_ parts: Int) -> [Tensor] {
    let count = channels / max(parts, 1)
    return (0..<parts).map {
      apply(.slice(Slice(axis: 1, start: $0 * count, count: count)))
    }
  }

  package func sliced(axis: Int, from start: Int, count: Int) -> Tensor {
    apply(.slice(Slice(axis: axis, start: start, count: count)))
  }

  /// The last `count` channels.
  package func lastChannels(_ count: Int) -> Tensor {
    channels == count ? self : sliced(axis: 1, from: channels - count, count: count)
  }

  /// `self` and `others`, one after the other along the channels.
  package func concatenated(with others: Tensor...) -> Tensor {
    apply(.concatenation(Concatenation(axis: 1)), others)
  }

  package func padded(_ mode: Padding.Mode, _ edges: Edges) -> Tensor {
    apply(.padding(Padding(mode, edges)))
  }

  /// Enlarged at the bottom and on the right to the next multiple of `side` pixels; see
  /// ``reflected(by:)`` for reflection.
  package func padded(_ mode: Padding.Mode, toMultipleOf side: Int) -> Tensor {
    let (bottom, right) = ((side - height % side) % side, (side - width % side) % side)
    guard bottom > 0 || right > 0 else { return self }
    let whole = Edges(bottom: bottom, right: right)
    switch mode {
    case .zero, .replicate: return padded(mode, whole)
    case .reflect: return reflected(by: whole)
    }
  }

  /// Enlarged by reflection.
  ///
  /// Where an extent is too small to be reflected that far, it is reflected as far as it goes and
  /// the border repeated from there.
  package func reflected(by edges: Edges) -> Tensor {
    let (rows, columns) = (height - 1, width - 1)
    let near = Edges(
      top: min(edges.top, rows), left: min(edges.left, columns),
      bottom: min(edges.bottom, rows), right: min(edges.right, columns))
    let reflected = near == Edges() ? self : padded(.reflect, near)
    guard near != edges else { return reflected }
    return reflected.padded(
      .replicate,
      Edges(
        top: edges.top - near.top, left: edges.left - near.left,
        bottom: edges.bottom - near.bottom, right: edges.right - near.right))
  }

  /// The top left `height` x `width` pixels.
  package func cropped(height: Int, width: Int) -> Tensor {
    let rows = self.height == height ? self : sliced(axis: 2, from: 0, count: height)
    return self.width == width ? rows : rows.sliced(axis: 3, from: 0, count: width)
  }

  /// Without `count` pixels on every side.
  package func trimmed(_ count: Int) -> Tensor {
    guard count > 0 else { return self }
    return sliced(axis: 2, from: count, count: height - 2 * count)
      .sliced(axis: 3, from: count, count: width - 2 * count)
  }

  package func pixelShuffled(_ factor: Int) -> Tensor {
    apply(.pixelShuffle(PixelShuffle(factor: factor)))
  }

  package func pixelUnshuffled(_ factor: Int) -> Tensor {
    apply(.pixelUnshuffle(PixelUnshuffle(factor: factor)))
  }

  /// Squares of pixels from as many channels: ``PixelShuffle`` where there is anything to do.
  package func shuffled(_ factor: Int) -> Tensor { factor == 1 ? self : pixelShuffled(factor) }

  /// Squares of pixels as channels: ``PixelUnshuffle`` where there is anything to do.
  package func unshuffled(_ factor: Int) -> Tensor { factor == 1 ? self : pixelUnshuffled(factor) }

  /// Every pixel as a square of `factor` times `factor`.
  package func enlarged(_ factor: Int) -> Tensor {
    factor == 1 ? self : resized(.nearest, height: factor * height, width: factor * width)
  }

  package func resized(_ mode: Resize.Mode, height: Int, width: Int) -> Tensor {
    apply(.resize(Resize(mode, height: height, width: width)))
  }
}

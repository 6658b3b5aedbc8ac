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

  /// Enlarged at the bottom and on the right to the next multiple of `side` pixels.
  ///
  /// Where an extent is too small to be reflected that far, it is reflected as far as it goes and
  /// the border repeated from there.
  package func padded(_ mode: Padding.Mode, toMultipleOf side: Int) -> Tensor {
    let (bottom, right) = ((side - height % side) % side, (side - width % side) % side)
    guard bottom > 0 || right > 0 else { return self }
    let whole = Edges(bottom: bottom, right: right)
    switch mode {
    case .zero, .replicate: return padded(mode, whole)
    case .reflect:
      guard bottom >= height || right >= width else { return padded(mode, whole) }
      let (rows, columns) = (min(bottom, height - 1), min(right, width - 1))
      let reflected =
        rows + columns > 0 ? padded(.reflect, Edges(bottom: rows, right: columns)) : self
      return reflected.padded(.replicate, Edges(bottom: bottom - rows, right: right - columns))
    }
  }

  /// The top left `height` x `width` pixels.
  package func cropped(height: Int, width: Int) -> Tensor {
    let rows = self.height == height ? self : sliced(axis: 2, from: 0, count: height)
    return self.width == width ? rows : rows.sliced(axis: 3, from: 0, count: width)
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

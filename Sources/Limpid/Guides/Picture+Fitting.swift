import Glibc

extension Picture {
  /// The middle of the picture at another size: scaled until it covers that size, and cut to it.
  ///
  /// Scaled by cubic interpolation (R. Keys, 1981, a = -1/2) whose support grows with the step when
  /// a side shrinks, as Pillow's `resize` and PyTorch's `interpolate(antialias=True)` do.
  package func fitted(width: Int, height: Int) -> Picture {
    guard (width, height) != (self.width, self.height) else { return self }
    let scale = max(Double(width) / Double(self.width), Double(height) / Double(self.height))
    let columns = ResampledAxis(self.width, scaled: scale, cutTo: width)
    let rows = ResampledAxis(self.height, scaled: scale, cutTo: height)
    let area = self.width * self.height
    var planes: [Float] = []
    planes.reserveCapacity(3 * width * height)
    for plane in 0..<3 {
      let source = Array(self.planes[plane * area..<(plane + 1) * area])
      let narrow = columns.resampled(source, lines: self.height)
      // Columns become lines, and back.
      let tall = rows.resampled(narrow.transposed(width: width), lines: width)
      planes += tall.transposed(width: height).lazy.map { min(max($0, 0), 1) }
    }
    return Picture(width: width, height: height, planes: planes)
  }
}

/// One axis of an image at another resolution.
private struct ResampledAxis {
  /// For each new sample the first old one, and the weights from there on.
  private let taps: [(first: Int, weights: [Float])]
  private let extent: Int

  /// - Parameter count: samples that are left, the middle ones.
  init(_ extent: Int, scaled scale: Double, cutTo count: Int) {
    self.extent = extent
    let scaled = max(Int((Double(extent) * scale).rounded(.toNearestOrEven)), count)
    let start = (scaled - count) / 2
    let step = Double(extent) / Double(scaled)
    let reach = 2 * max(step, 1)
    taps = (start..<start + count).map { index in
      let centre = (Double(index) + 0.5) * step
      let first = max(Int(centre - reach + 0.5), 0)
      let end = min(Int(centre + reach + 0.5), extent)
      let weights = (first..<end).map { cubic((Double($0) + 0.5 - centre) / max(step, 1)) }
      let sum = weights.reduce(0, +)
      return (first, weights.map { Float($0 / sum) })
    }
  }

  /// Every line of `lines` at the new resolution.
  func resampled(_ values: [Float], lines: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: lines * taps.count) { result, count in
      count = lines * taps.count
      var next = 0
      values.withUnsafeBufferPointer { values in
        for line in 0..<lines {
          for (first, weights) in taps {
            let start = line * extent + first
            var sum: Float = 0
            for (offset, weight) in weights.enumerated() { sum += weight * values[start + offset] }
            result[next] = sum
            next += 1
          }
        }
      }
    }
  }
}

private func cubic(_ x: Double) -> Double {
  let x = abs(x)
  if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
}

extension [Float] {
  /// Rows of `width` values as columns.
  fileprivate func transposed(width: Int) -> [Float] {
    let height = count / width
    return [Float](unsafeUninitializedCapacity: count) { result, filled in
      for x in 0..<width {
        for y in 0..<height { result[x * height + y] = self[y * width + x] }
      }
      filled = count
    }
  }
}

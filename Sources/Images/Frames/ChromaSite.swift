/// Where a sample lies that stands for two pixels.
enum ChromaSite {
  /// In the middle between them.
  case between
  /// Where the first of them is.
  case atFirst

  /// Samples for every pixel of a line, by straight lines between those that there are.
  /// - Parameter value: a sample; places outside are asked for as the nearest inside.
  func doubled(_ place: Int, of count: Int, _ value: (Int) -> Float) -> Float {
    let (half, last) = (place / 2, count - 1)
    switch (self, place % 2) {
    case (.between, 0): return 0.75 * value(half) + 0.25 * value(max(half - 1, 0))
    case (.between, _): return 0.75 * value(half) + 0.25 * value(min(half + 1, last))
    case (.atFirst, 0): return value(half)
    case (.atFirst, _): return 0.5 * (value(half) + value(min(half + 1, last)))
    }
  }

  /// A sample for two pixels.
  /// - Parameter value: that of a pixel; places outside are asked for as the nearest inside.
  func halved(_ place: Int, of count: Int, _ value: (Int) -> Float) -> Float {
    let (first, last) = (2 * place, count - 1)
    let second = value(min(first + 1, last))
    switch self {
    case .between: return 0.5 * (value(first) + second)
    case .atFirst: return 0.5 * value(first) + 0.25 * (value(max(first - 1, 0)) + second)
    }
  }
}

/// One channel of a frame.
struct FramePlane {
  let width: Int
  let height: Int
  var values: [Float]

  /// A plane of chroma in the picture's own size.
  func enlarged(_ sampling: ChromaSampling, width: Int, height: Int) -> FramePlane {
    var plane = self
    if let site = sampling.sites.down {
      plane = plane.mapped(width: self.width, height: height) { x, y in
        site.doubled(y, of: self.height) { self.values[$0 * self.width + x] }
      }
    }
    guard let site = sampling.sites.across else { return plane }
    let rows = plane
    return rows.mapped(width: width, height: height) { x, y in
      site.doubled(x, of: rows.width) { rows.values[y * rows.width + $0] }
    }
  }

  /// The plane as chroma is stored.
  func reduced(_ sampling: ChromaSampling) -> FramePlane {
    guard let size = sampling.size(width: width, height: height) else { return self }
    var plane = self
    if let site = sampling.sites.across {
      plane = mapped(width: size.width, height: height) { x, y in
        site.halved(x, of: self.width) { self.values[y * self.width + $0] }
      }
    }
    guard let site = sampling.sites.down else { return plane }
    let columns = plane
    return columns.mapped(width: size.width, height: size.height) { x, y in
      site.halved(y, of: columns.height) { columns.values[$0 * columns.width + x] }
    }
  }

  private func mapped(width: Int, height: Int, _ value: (Int, Int) -> Float) -> FramePlane {
    let values = [Float](unsafeUninitializedCapacity: width * height) { values, count in
      for y in 0..<height {
        for x in 0..<width { values[y * width + x] = value(x, y) }
      }
      count = width * height
    }
    return FramePlane(width: width, height: height, values: values)
  }
}

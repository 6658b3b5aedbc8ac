/// The eight ways in which EXIF says that stored pixels are turned.
package enum Orientation: Int, Sendable, CaseIterable {
  case upright = 1
  case mirrored, turnedHalf, flipped, transposed, turnedRight, transversed, turnedLeft

  /// Whether upright width and height are the stored height and width.
  var swapsSides: Bool { rawValue >= 5 }

  /// What brings back a picture that was brought upright from this one.
  package var inverse: Orientation {
    switch self {
    case .turnedRight: .turnedLeft
    case .turnedLeft: .turnedRight
    default: self
    }
  }
}

/// What becomes of a picture that is not stored upright.
package enum OrientationPolicy: String, Sendable, CaseIterable {
  /// Its pixels are turned, and its tags say that it is upright.
  case bake
  /// Pixels and tags stay.
  case keep
}

extension Image {
  /// The image with its stored pixels brought upright.
  package func upright(from orientation: Orientation) -> Image {
    guard orientation != .upright else { return self }
    let (columns, rows) = orientation.swapsSides ? (height, width) : (width, height)
    let walk = Walk(orientation, width: width, height: height)
    let count = pixelCount
    let turned = [Float](unsafeUninitializedCapacity: samples.count) { target, filled in
      filled = samples.count
      samples.withUnsafeBufferPointer { source in
        var next = 0
        for plane in 0..<channels.rawValue {
          for y in 0..<rows {
            var position = plane * count + walk.start + y * walk.perRow
            for _ in 0..<columns {
              target[next] = source[position]
              next += 1
              position += walk.perColumn
            }
          }
        }
      }
    }
    var result = replacing(width: columns, height: rows, channels: channels, samples: turned)
    if orientation.swapsSides, let density = metadata.density {
      result.metadata.density = Density(x: density.y, y: density.x)
    }
    return result
  }

  /// Where stored samples are met when walking the upright picture row by row.
  private struct Walk {
    let start, perColumn, perRow: Int

    init(_ orientation: Orientation, width: Int, height: Int) {
      let lastColumn = width - 1
      let lastRow = (height - 1) * width
      (start, perColumn, perRow) =
        switch orientation {
        case .upright: (0, 1, width)
        case .mirrored: (lastColumn, -1, width)
        case .turnedHalf: (lastRow + lastColumn, -1, -width)
        case .flipped: (lastRow, 1, -width)
        case .transposed: (0, width, 1)
        case .turnedRight: (lastRow, -width, 1)
        case .transversed: (lastRow + lastColumn, -width, -1)
        case .turnedLeft: (lastColumn, width, -1)
        }
    }
  }
}

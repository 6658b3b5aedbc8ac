import Tensors

/// An image whose sides are multiples of a number, with the part of it that is a picture.
///
/// Values are those of latent diffusion: [-1, 1], or about it, since nothing is clamped between the
/// steps of a system.
package struct PaddedImage: Sendable {
  /// Of the picture, in pixels; it lies in the top left corner.
  package let width: Int
  package let height: Int
  /// (1, 3, H, W).
  package var values: HostTensor

  /// Enlarges a picture at the bottom and on the right by its reflection; where that ends its
  /// border is repeated.
  package init(_ picture: Picture, multiple: Int) {
    width = picture.width
    height = picture.height
    let columns = Self.sources(picture.width, multiple: multiple)
    let rows = Self.sources(picture.height, multiple: multiple)
    let area = picture.width * picture.height
    values = HostTensor([1, 3, rows.count, columns.count]) { values in
      var next = 0
      for plane in 0..<3 {
        for row in rows {
          for column in columns {
            let value = picture.planes[plane * area + row * picture.width + column]
            values[next] = 2 * value - 1
            next += 1
          }
        }
      }
    }
  }

  /// The part that is a picture, (1, 3, height, width).
  package var inside: HostTensor {
    let (rows, columns) = (values.shape[2], values.shape[3])
    guard (rows, columns) != (height, width) else { return values }
    let all = values.floats
    return HostTensor([1, 3, height, width]) { inside in
      var next = 0
      for plane in 0..<3 {
        for row in 0..<height {
          for column in 0..<width {
            inside[next] = all[(plane * rows + row) * columns + column]
            next += 1
          }
        }
      }
    }
  }

  /// The picture, clamped to [0, 1].
  /// - Parameter truncates: whether values are cut to the next lower 255th.
  package func picture(truncating truncates: Bool) -> Picture {
    let planes = inside.floats.map { (($0 + 1) / 2).clamped(to: 0...1) }
    let picture = Picture(width: width, height: height, planes: planes)
    return truncates ? picture.truncated : picture
  }

  /// Where each row or column of the enlarged image comes from.
  private static func sources(_ extent: Int, multiple: Int) -> [Int] {
    let count = (extent + multiple - 1) / multiple * multiple
    return (0..<count).map { $0 < extent ? $0 : max(2 * (extent - 1) - $0, 0) }
  }
}

extension Picture {
  /// With values cut to the next lower 255th.
  package var truncated: Picture {
    Picture(width: width, height: height, planes: planes.map { ($0 * 255).rounded(.down) / 255 })
  }
}

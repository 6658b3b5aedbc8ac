import Images

/// An image's colours rounded to 8 bits, as the file holds them; gray as three equal ones, and
/// without alpha.
struct EightBitColours {
  private let width: Int
  private let height: Int
  private let red: [UInt8]
  private let green: [UInt8]
  private let blue: [UInt8]

  init(_ image: Image) {
    (width, height) = (image.width, image.height)
    red = image.eightBitPlane(0)
    let isGray = image.channels.colourCount == 1
    green = isGray ? red : image.eightBitPlane(1)
    blue = isGray ? red : image.eightBitPlane(2)
  }

  var planes: [Plane] { [red, green, blue].map { plane($0.map(Double.init)) } }

  /// BT.601 in limited range, not rounded.
  var y: Plane {
    plane(
      red.indices.map { i in
        let sum = 65.481 * Double(red[i]) + 128.553 * Double(green[i]) + 24.966 * Double(blue[i])
        return sum / 255 + 16
      })
  }

  /// The Y of YIQ, rounded to 8 bits; where that is a tie, single precision decides.
  var luma: Plane {
    let shares = (0...255).map { Float($0) / 255 }
    return plane(
      red.indices.map { i in
        let light =
          shares[Int(red[i])] * 0.299 + shares[Int(green[i])] * 0.587
          + shares[Int(blue[i])] * 0.114
        return Double((light * 255).rounded(.toNearestOrEven))
      })
  }

  private func plane(_ values: [Double]) -> Plane {
    Plane(width: width, height: height, values: values)
  }
}

import Images

/// Pictures made of whole numbers, by the rules of tools/fixtures/quality.py.
struct Scene {
  let width: Int
  let height: Int
  /// Red, green, blue.
  let planes: [[Int]]

  private static let sizes = [(288, 200), (203, 297), (192, 192), (311, 240)]

  /// Texture, a disc and, in odd scenes, a white sky.
  init(_ number: Int) {
    let (width, height) = Self.sizes[number]
    (self.width, self.height) = (width, height)
    planes = (0..<3).map { channel in
      (0..<width * height).map { i in
        let (x, y) = (i % width, i / width)
        var light = Self.texture(x, y, 4 * number)
        let (dx, dy) = (x - width / 3, y - height / 2)
        if dx * dx + dy * dy < 1600 { light = 255 - light }
        let value = (3 * light + Self.texture(x, y, 4 * number + channel + 1)) / 4
        return number % 2 == 1 && y < height / 2 ? min(255, value + 130) : value
      }
    }
  }

  init(_ photo: Image) {
    (width, height) = (photo.width, photo.height)
    planes = (0..<3).map { photo.eightBitPlane($0).map(Int.init) }
  }

  private init(width: Int, height: Int, planes: [[Int]]) {
    (self.width, self.height, self.planes) = (width, height, planes)
  }

  var image: Image {
    Image(
      width: width, height: height, channels: .rgb,
      samples: planes.flatMap { $0.map { Float($0) / 255 } })
  }

  func changed(_ how: String) -> Scene {
    let planes = planes.indices.map { channel in
      (0..<width * height).map { changed(how, channel, $0 % width, $0 / width) }
    }
    return Scene(width: width, height: height, planes: planes)
  }

  private func changed(_ how: String, _ channel: Int, _ x: Int, _ y: Int) -> Int {
    let value = at(channel, x, y)
    switch how {
    case "blurred":
      let window = (-3...3).flatMap { dy in (-3...3).map { dx in at(channel, x + dx, y + dy) } }
      return window.reduce(0, +) / 49
    case "noisy": return min(255, max(0, value + Self.scattered(x, y, 1000 + channel) / 8 - 16))
    case "blocky": return (value + at(channel, x / 8 * 8, y / 8 * 8)) / 2
    default: return value / 24 * 24 + 12 - 9 * (value / 240)
    }
  }

  /// The nearest that there is.
  private func at(_ channel: Int, _ x: Int, _ y: Int) -> Int {
    planes[channel][min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1)]
  }

  /// Numbers from 0 to 255 without order.
  private static func scattered(_ x: Int, _ y: Int, _ seed: Int) -> Int {
    let place = x &* 374_761_393 &+ y &* 668_265_263 &+ seed &* 2_246_822_519
    var h = UInt32(truncatingIfNeeded: place)
    h = (h ^ h >> 13) &* 1_274_126_177
    return Int((h ^ h >> 16) & 255)
  }

  /// Octaves of scattered numbers with straight lines between them, as coarse as they are high.
  private static func texture(_ x: Int, _ y: Int, _ seed: Int) -> Int {
    [64, 32, 16, 8, 4, 2, 1].enumerated().reduce(0) { total, level in
      let (octave, cell) = level
      let (i, u, j, v) = (x / cell, x % cell, y / cell, y % cell)
      func corner(_ a: Int, _ b: Int) -> Int { scattered(i + a, j + b, 7 * seed + octave) }
      let upper = (corner(0, 0) * (cell - u) + corner(1, 0) * u) * (cell - v)
      let lower = (corner(0, 1) * (cell - u) + corner(1, 1) * u) * v
      return total + ((upper + lower) / (cell * cell)) >> (octave + 1)
    }
  }
}

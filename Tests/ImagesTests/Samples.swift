import Foundation
import Images
import Testing

/// SplitMix64: the same numbers for the same seed everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// An image whose samples are exact multiples of its depth's step.
func noise(
  _ width: Int, _ height: Int, _ channels: Image.Channels, _ depth: Image.Depth = .eight,
  seed: UInt64 = 1
) -> Image {
  var generator = SeededGenerator(seed: seed)
  let top = depth == .eight ? 255 : 65535
  let samples = (0..<width * height * channels.rawValue).map { _ in
    Float(Int.random(in: 0...top, using: &generator)) / Float(top)
  }
  return Image(width: width, height: height, channels: channels, samples: samples, depth: depth)
}

/// A smooth RGB or gray picture, which JPEG keeps well.
func gradient(_ width: Int, _ height: Int, _ channels: Image.Channels) -> Image {
  let samples = (0..<channels.rawValue).flatMap { channel in
    (0..<width * height).map { i -> Float in
      let (x, y) = (Float(i % width) / Float(width), Float(i / width) / Float(height))
      return [x, y, (x + y) / 2][channel]
    }
  }
  return Image(width: width, height: height, channels: channels, samples: samples)
}

func fixture(_ name: String) throws -> [UInt8] {
  let folder = try #require(Bundle.module.resourceURL)
  return [UInt8](try Data(contentsOf: folder.appending(path: "Fixtures/\(name)")))
}

func encode(_ image: Image, _ format: ImageFormat) throws -> [UInt8] {
  let encoded = try image.encoded(as: EncodingOptions(format: format))
  #expect(encoded.warnings.isEmpty)
  return encoded.bytes
}

/// The largest difference between samples of two images of one shape.
func distance(_ a: Image, _ b: Image) -> Float {
  guard a.width == b.width, a.height == b.height, a.channels == b.channels else { return .infinity }
  return zip(a.samples, b.samples).map { abs($0 - $1) }.max()!
}

/// An EXIF block with a maker's name and an orientation of the given type (3 short, 4 long).
func exifBlock(orientation: UInt16, isBigEndian: Bool, type: UInt16 = 3) -> [UInt8] {
  func number(_ value: Int, _ size: Int) -> [UInt8] {
    let bytes = bigEndian(value).suffix(size)
    return isBigEndian ? Array(bytes) : bytes.reversed()
  }
  let value = number(Int(orientation), type == 3 ? 2 : 4)
  return Array((isBigEndian ? "MM" : "II").utf8) + number(42, 2) + number(8, 4) + number(2, 2)
    + number(0x010F, 2) + number(2, 2) + number(4, 4) + Array("abc\0".utf8)
    + number(0x0112, 2) + number(Int(type), 2) + number(1, 4)
    + value + [UInt8](repeating: 0, count: 4 - value.count) + number(0, 4)
}

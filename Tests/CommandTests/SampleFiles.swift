import Checkpoints
import Foundation
import Images
import Paths
import Tensors

/// Files that the tests hand to `limpid`.
enum SampleFiles {
  /// The folder of a tiny MRIR with its parts.
  static let mrir = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../SystemFixtures/Fixtures/mrir/bundle").standardized.path

  /// A smooth picture with some texture; alpha runs from 0 to 1.
  static func image(
    _ channels: Image.Channels = .rgb, width: Int = 20, height: Int = 13,
    depth: Image.Depth = .eight
  ) -> Image {
    let count = width * height
    let samples = (0..<channels.rawValue * count).map { index -> Float in
      let (plane, x, y) = (index / count, index % count % width, index % count / width)
      if channels.hasAlpha, plane == channels.rawValue - 1 { return Float(x) / Float(width - 1) }
      return 0.5 + 0.2 * Float((x * (plane + 2) + 3 * y) % 11) / 11 - 0.1 * Float(plane)
    }
    return Image(
      width: width, height: height, channels: channels, samples: samples, depth: depth)
  }

  static func png(_ image: Image = image()) throws -> [UInt8] {
    try image.encoded(as: EncodingOptions(format: .png)).bytes
  }

  /// A valid header of a 60,000 x 60,000 one-bit gray PNG and next to nothing behind it.
  static var hugePNG: [UInt8] {
    let side: [UInt8] = [0, 0, 0xEA, 0x60]
    let body = Array("IHDR".utf8) + side + side + [1, 0, 0, 0, 0]
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    return signature + [0, 0, 0, 13] + body + checksum(body)
      + [0, 0, 0, 0] + Array("IDAT".utf8) + checksum(Array("IDAT".utf8))
  }

  /// CRC-32, big-endian.
  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return (0..<4).map { UInt8(truncatingIfNeeded: ~crc >> (24 - 8 * $0)) }
  }

  /// A safetensors file whose header claims more bytes than there are.
  static var lyingCheckpoint: [UInt8] {
    let header = Array(
      #"{"intro.weight":{"dtype":"F32","shape":[999999,9999],"data_offsets":[0,39999950004]}}"#.utf8
    )
    return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header
      + [0, 0, 0, 0]
  }

  /// Writes a sound file with the tensors of no known network.
  static func writeUnknownNetwork(to path: String) throws {
    let weight = HostTensor([4, 4], [Float](repeating: 1, count: 16))
    try Safetensors.write([("layer.weight", weight), ("layer.gain", weight)], to: Path(path))
  }
}

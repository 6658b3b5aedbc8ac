/// A PNG written by hand, so that libpng is not checked against itself: every colour type, bit
/// depth and interlacing, unfiltered and uncompressed.
struct PNGFile {
  enum Colour: UInt8, CaseIterable {
    case gray = 0
    case rgb = 2
    case palette = 3
    case grayAlpha = 4
    case rgba = 6

    var channels: Int {
      switch self {
      case .gray, .palette: 1
      case .grayAlpha: 2
      case .rgb: 3
      case .rgba: 4
      }
    }

    var depths: [Int] {
      switch self {
      case .gray: [1, 2, 4, 8, 16]
      case .palette: [1, 2, 4, 8]
      default: [8, 16]
      }
    }
  }

  typealias Chunk = (name: String, data: [UInt8])

  var width: Int
  var height: Int
  var colour: Colour
  var bits: Int
  var isInterlaced = false
  /// Interleaved, 0..<2^bits.
  var samples: [Int]
  /// Between the header and the pixels, in order.
  var chunks: [Chunk] = []
  /// After the pixels.
  var trailingChunks: [Chunk] = []

  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  var header: [UInt8] {
    bigEndian(width) + bigEndian(height)
      + [UInt8(bits), colour.rawValue, 0, 0, isInterlaced ? 1 : 0]
  }

  var bytes: [UInt8] {
    let all: [Chunk] =
      [("IHDR", header)] + chunks + [("IDAT", zlib(rows))] + trailingChunks + [("IEND", [])]
    return Self.signature + all.flatMap(Self.encoded)
  }

  /// A chunk with its length and checksum.
  static func encoded(_ chunk: Chunk) -> [UInt8] {
    let body = Array(chunk.name.utf8) + chunk.data
    return bigEndian(chunk.data.count) + body + bigEndian(Int(crc(body)))
  }

  private static let adam7 = [
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
    (0, 1, 1, 2),
  ]

  private var rows: [UInt8] {
    let passes = isInterlaced ? Self.adam7 : [(0, 0, 1, 1)]
    return passes.flatMap { left, top, right, down in
      stride(from: top, to: height, by: down).flatMap { y -> [UInt8] in
        let columns = Array(stride(from: left, to: width, by: right))
        return columns.isEmpty ? [] : [0] + packed(columns.flatMap { pixel($0, y) })
      }
    }
  }

  private func pixel(_ x: Int, _ y: Int) -> ArraySlice<Int> {
    let start = (y * width + x) * colour.channels
    return samples[start..<start + colour.channels]
  }

  private func packed(_ row: [Int]) -> [UInt8] {
    if bits == 16 { return row.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] } }
    let perByte = 8 / bits
    return stride(from: 0, to: row.count, by: perByte).map { start in
      (0..<perByte).reduce(UInt8(0)) { byte, i in
        let sample = start + i < row.count ? row[start + i] : 0
        return byte | UInt8(sample << (8 - bits * (i + 1)))
      }
    }
  }

  private func zlib(_ data: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    var rest = data[...]
    repeat {
      let part = rest.prefix(65535)
      rest = rest.dropFirst(65535)
      let length = UInt16(part.count)
      stream.append(rest.isEmpty ? 1 : 0)
      stream += [UInt8(length & 255), UInt8(length >> 8)]
      stream += [UInt8(~length & 255), UInt8(~length >> 8)] + part
    } while !rest.isEmpty
    var (a, b) = (1, 0)
    for byte in data {
      a = (a + Int(byte)) % 65521
      b = (b + a) % 65521
    }
    return stream + bigEndian(b << 16 | a)
  }
}

/// Four bytes, most significant first.
func bigEndian(_ value: Int) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
}

private let crcTable: [UInt32] = (0..<256).map { index in
  (0..<8).reduce(UInt32(index)) { value, _ in
    value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
  }
}

/// The checksum of PNG chunks.
func crc(_ bytes: some Sequence<UInt8>) -> UInt32 {
  ~bytes.reduce(UInt32.max) { crcTable[Int(($0 ^ UInt32($1)) & 255)] ^ ($0 >> 8) }
}

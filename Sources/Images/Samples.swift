/// Interleaved file samples to planar floats and back.
enum Samples {
  /// Pixels handled together, so that one block's bytes and floats stay in the first cache.
  private static let block = 2048

  /// Divides 8-bit or 16-bit (host order) interleaved samples by their maximum.
  /// - Precondition: `bytes` holds `pixels * channels` samples of `depth`.
  static func planar(
    _ bytes: UnsafeRawBufferPointer, pixels: Int, channels: Int, depth: Image.Depth
  ) -> [Float] {
    let table = (0...255).map { Float($0) / 255 }
    return [Float](unsafeUninitializedCapacity: pixels * channels) { planes, count in
      count = pixels * channels
      for start in stride(from: 0, to: pixels, by: block) {
        let range = start..<min(start + block, pixels)
        for channel in 0..<channels {
          let plane = planes.baseAddress! + channel * pixels
          switch depth {
          case .eight:
            let source = bytes.bindMemory(to: UInt8.self).baseAddress! + channel
            for i in range { plane[i] = table[Int(source[i &* channels])] }
          case .sixteen:
            let source = bytes.bindMemory(to: UInt16.self).baseAddress! + channel
            for i in range { plane[i] = Float(source[i &* channels]) / 65535 }
          }
        }
      }
    }
  }

  /// Rounds planes to interleaved samples of `depth`: nearest, clamped first; NaN becomes 0.
  static func interleaved(_ planes: [Float], pixels: Int, channels: Int, depth: Image.Depth)
    -> [UInt8]
  {
    let byteCount = pixels * channels * (depth.rawValue / 8)
    return [UInt8](unsafeUninitializedCapacity: byteCount) { bytes, count in
      count = byteCount
      planes.withUnsafeBufferPointer { planes in
        let raw = UnsafeMutableRawBufferPointer(bytes)
        for start in stride(from: 0, to: pixels, by: block) {
          let range = start..<min(start + block, pixels)
          for channel in 0..<channels {
            let plane = planes.baseAddress! + channel * pixels
            switch depth {
            case .eight:
              let target = raw.bindMemory(to: UInt8.self).baseAddress! + channel
              for i in range {
                target[i &* channels] = UInt8(truncatingIfNeeded: quantised(plane[i], 255))
              }
            case .sixteen:
              let target = raw.bindMemory(to: UInt16.self).baseAddress! + channel
              for i in range {
                target[i &* channels] = UInt16(truncatingIfNeeded: quantised(plane[i], 65535))
              }
            }
          }
        }
      }
    }
  }

  /// The integer nearest to `value * maximum` for values in [0, 1], others clamped, NaN as 0.
  ///
  /// Adding 2^23 leaves the rounded integer in the low bits of the float, so no conversion can
  /// trap. `maximum` is below 2^23.
  @inline(__always)
  static func quantised(_ value: Float, _ maximum: Float) -> UInt32 {
    let clamped = value > 0 ? (value < 1 ? value : 1) : 0
    return (clamped * maximum + 8_388_608).bitPattern & 0x007F_FFFF
  }
}

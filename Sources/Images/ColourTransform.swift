import CLCMS

/// A conversion between two profiles: relative colorimetric, black point compensated.
struct ColourTransform: ~Copyable {
  private let handle: cmsHTRANSFORM
  /// Values of a pixel before and after.
  private let inputs: Int
  private let outputs: Int
  /// Pixels converted at a time.
  private static let block = 4096

  /// Between gray, RGB and Lab in Float32, not limited to [0, 1] where the profiles allow; nil when
  /// one of them lacks that direction, or its numbers lead nowhere.
  static func between(
    _ source: borrowing ColourProfile, and target: borrowing ColourProfile
  ) -> ColourTransform? {
    guard let forth = float(source.space), let back = float(target.space),
      let transform = ColourTransform(source, forth, target, back)
    else { return nil }
    guard transform.converted(grid(transform.inputs)).allSatisfy(\.isFinite) else { return nil }
    return transform
  }

  /// From interleaved samples of `depth` to sRGB.
  /// - Parameter source: of CMYK, whose largest sample is full ink.
  static func ofInks(
    _ source: borrowing ColourProfile, _ depth: Image.Depth
  ) -> ColourTransform? {
    guard source.space == .cmyk, let sRGB = ColourProfile.sRGB() else { return nil }
    let format = depth == .eight ? limpidCMYK8 : limpidCMYK16
    return ColourTransform(source, (format, 4), sRGB, (limpidRGBFloat, 3))
  }

  private typealias Format = (code: UInt32, channels: Int)

  private init?(
    _ source: borrowing ColourProfile, _ forth: Format, _ target: borrowing ColourProfile,
    _ back: Format
  ) {
    let created = cmsCreateTransform(
      source.handle, forth.code, target.handle, back.code,
      UInt32(INTENT_RELATIVE_COLORIMETRIC), UInt32(cmsFLAGS_BLACKPOINTCOMPENSATION))
    guard let created else { return nil }
    handle = created
    (inputs, outputs) = (forth.channels, back.channels)
  }

  private static func float(_ space: ColourProfile.Space) -> Format? {
    switch space {
    case .gray: (limpidGrayFloat, 1)
    case .rgb: (limpidRGBFloat, 3)
    case .lab: (limpidLabFloat, 3)
    case .cmyk, .other: nil
    }
  }

  deinit { cmsDeleteTransform(handle) }

  /// Planes of evenly spaced colours.
  private static func grid(_ channels: Int) -> [Float] {
    let levels = 6
    let count = channels == 1 ? levels : levels * levels * levels
    return [levels * levels, levels, 1].suffix(channels).flatMap { divisor in
      (0..<count).map { Float($0 / divisor % levels) / Float(levels - 1) }
    }
  }

  /// Whether a grid of colours comes out within half an 8-bit step of where it went in: true for
  /// the many spellings of sRGB when the other side is sRGB.
  var isIdentity: Bool {
    let planes = Self.grid(inputs)
    let count = planes.count / inputs
    let result = converted(planes)
    return result.indices.allSatisfy {
      abs(result[$0] - planes[inputs == 1 ? $0 % count : $0 % planes.count]) < 0.5 / 255
    }
  }

  /// Converts Float32 planes.
  func converted(_ planes: [Float]) -> [Float] {
    let pixels = planes.count / inputs
    var input = [Float](repeating: 0, count: Self.block * inputs)
    return outputPlanes(pixels) { range, output in
      for channel in 0..<inputs {
        let start = channel * pixels + range.lowerBound
        for i in 0..<range.count { input[inputs * i + channel] = planes[start + i] }
      }
      cmsDoTransform(handle, input, output, UInt32(range.count))
    }
  }

  /// Converts interleaved samples in the format given at creation, of so many bytes for a pixel.
  func converted(samples: [UInt8], pixelBytes: Int) -> [Float] {
    samples.withUnsafeBufferPointer { samples in
      outputPlanes(samples.count / pixelBytes) { range, output in
        let source = samples.baseAddress! + range.lowerBound * pixelBytes
        cmsDoTransform(handle, source, output, UInt32(range.count))
      }
    }
  }

  /// Lets `convert` fill interleaved blocks and takes them apart.
  private func outputPlanes(
    _ pixels: Int, _ convert: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) -> [Float] {
    [Float](unsafeUninitializedCapacity: pixels * outputs) { target, filled in
      filled = pixels * outputs
      let output = UnsafeMutablePointer<Float>.allocate(capacity: Self.block * outputs)
      defer { output.deallocate() }
      for start in stride(from: 0, to: pixels, by: Self.block) {
        let range = start..<min(start + Self.block, pixels)
        convert(range, output)
        for channel in 0..<outputs {
          for i in 0..<range.count {
            target[channel * pixels + start + i] = output[outputs * i + channel]
          }
        }
      }
    }
  }
}

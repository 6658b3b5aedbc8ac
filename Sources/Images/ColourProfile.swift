import CLCMS

/// An ICC profile opened by lcms2.
struct ColourProfile: ~Copyable {
  enum Space: String, CustomStringConvertible {
    case gray, rgb, cmyk, other

    var description: String {
      switch self {
      case .gray: "gray"
      case .rgb: "RGB"
      case .cmyk: "CMYK"
      case .other: "another colour space"
      }
    }
  }

  fileprivate let handle: cmsHPROFILE
  let space: Space

  /// Nil when lcms2 cannot open the profile or it is not one that describes a device's colours.
  init?(_ bytes: [UInt8]) {
    guard let size = UInt32(exactly: bytes.count), let opened = cmsOpenProfileFromMem(bytes, size)
    else { return nil }
    let kind = cmsGetDeviceClass(opened)
    let kinds = [
      cmsSigInputClass, cmsSigDisplayClass, cmsSigOutputClass, cmsSigColorSpaceClass,
    ]
    guard kinds.contains(kind) else {
      cmsCloseProfile(opened)
      return nil
    }
    handle = opened
    space =
      switch cmsGetColorSpace(opened) {
      case cmsSigGrayData: .gray
      case cmsSigRgbData: .rgb
      case cmsSigCmykData: .cmyk
      default: .other
      }
  }

  private init(sRGB handle: cmsHPROFILE) {
    self.handle = handle
    space = .rgb
  }

  /// Nil only when memory runs out.
  static func sRGB() -> ColourProfile? {
    cmsCreate_sRGBProfile().map { ColourProfile(sRGB: $0) }
  }

  deinit { cmsCloseProfile(handle) }
}

/// A conversion between two profiles: relative colorimetric, black point compensated.
struct ColourTransform: ~Copyable {
  private let handle: cmsHTRANSFORM
  /// Pixels converted at a time.
  private static let block = 4096

  /// Nil when one of the profiles lacks that direction. The formats are lcms2's; output is always
  /// interleaved Float32 RGB, not limited to [0, 1] where the profiles allow.
  init?(
    from source: borrowing ColourProfile, _ format: UInt32 = limpidRGBFloat,
    to target: borrowing ColourProfile
  ) {
    let created = cmsCreateTransform(
      source.handle, format, target.handle, limpidRGBFloat,
      UInt32(INTENT_RELATIVE_COLORIMETRIC), UInt32(cmsFLAGS_BLACKPOINTCOMPENSATION))
    guard let created else { return nil }
    handle = created
  }

  deinit { cmsDeleteTransform(handle) }

  /// Whether a grid of colours comes out within half an 8-bit step of where it went in: true for
  /// the many spellings of sRGB when the other side is sRGB.
  var isIdentity: Bool {
    let levels = 6
    let grid = (0..<levels * levels * levels)
    let planes = [levels * levels, levels, 1].flatMap { divisor in
      grid.map { Float($0 / divisor % levels) / Float(levels - 1) }
    }
    return zip(planes, converted(planes)).allSatisfy { abs($0 - $1) < 0.5 / 255 }
  }

  /// Converts three Float32 planes.
  func converted(_ planes: [Float]) -> [Float] {
    let pixels = planes.count / 3
    var input = [Float](repeating: 0, count: Self.block * 3)
    return [Float](unsafeUninitializedCapacity: planes.count) { target, filled in
      filled = planes.count
      let output = UnsafeMutableBufferPointer<Float>.allocate(capacity: Self.block * 3)
      defer { output.deallocate() }
      for start in stride(from: 0, to: pixels, by: Self.block) {
        let count = min(Self.block, pixels - start)
        for channel in 0..<3 {
          for i in 0..<count { input[3 * i + channel] = planes[channel * pixels + start + i] }
        }
        cmsDoTransform(handle, input, output.baseAddress, UInt32(count))
        for channel in 0..<3 {
          for i in 0..<count { target[channel * pixels + start + i] = output[3 * i + channel] }
        }
      }
    }
  }

  /// Converts interleaved bytes in the format given at creation, `channels` bytes for a pixel, to
  /// three planes.
  func converted(bytes: [UInt8], channels: Int) -> [Float] {
    let pixels = bytes.count / channels
    return [Float](unsafeUninitializedCapacity: pixels * 3) { target, filled in
      filled = pixels * 3
      let output = UnsafeMutableBufferPointer<Float>.allocate(capacity: Self.block * 3)
      defer { output.deallocate() }
      bytes.withUnsafeBufferPointer { bytes in
        for start in stride(from: 0, to: pixels, by: Self.block) {
          let count = min(Self.block, pixels - start)
          let source = bytes.baseAddress! + start * channels
          cmsDoTransform(handle, source, output.baseAddress, UInt32(count))
          for channel in 0..<3 {
            for i in 0..<count { target[channel * pixels + start + i] = output[3 * i + channel] }
          }
        }
      }
    }
  }
}

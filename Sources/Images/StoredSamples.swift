import CodecShims

/// A TIFF's samples as libtiff delivers them, and their way to gray or RGB.
struct StoredSamples {
  /// Interleaved; 16 bits in host order.
  let bytes: [UInt8]
  let colours: limpid_tiff_colours
  /// With alpha.
  let channels: Int
  let depth: Image.Depth

  /// Planes of samples in [0, 1]. Inks and Lab become sRGB, and a profile for them is used up.
  func planes(
    _ metadata: inout Metadata, _ warnings: inout [String]
  ) throws(ImageError) -> (Image.Channels, [Float]) {
    let count = colours.channelCount
    let hasAlpha = channels > count
    switch colours {
    case LIMPID_TIFF_CMYK:
      let inks = CMYK(samples: hasAlpha ? split().colours : bytes, depth: depth, isInverted: false)
      defer { metadata.icc = nil }
      let rgb = inks.converted(through: metadata.icc, warnings: &warnings)
      return (hasAlpha ? .rgba : .rgb, rgb + (hasAlpha ? split().alpha : []))
    case LIMPID_TIFF_LAB, LIMPID_TIFF_ICC_LAB:
      metadata.icc = nil
      warnings.append("Lab is converted to sRGB")
      let planes = plain()
      let rgb = try sRGB(planes.prefix(3 * pixels))
      return (hasAlpha ? .rgba : .rgb, rgb + planes.dropFirst(3 * pixels))
    default:
      guard let channels = Image.Channels(rawValue: channels) else {
        throw .unsupported("\(channels) channels")
      }
      return (channels, plain())
    }
  }

  private var pixels: Int { bytes.count / (channels * depth.rawValue / 8) }

  private func plain() -> [Float] {
    bytes.withUnsafeBytes {
      Samples.planar($0, pixels: pixels, channels: channels, depth: depth)
    }
  }

  /// Inks without the alpha that follows them, and that as a plane.
  private func split() -> (colours: [UInt8], alpha: [Float]) {
    let (size, step) = ((channels - 1) * depth.rawValue / 8, channels * depth.rawValue / 8)
    var inks: [UInt8] = []
    inks.reserveCapacity(pixels * size)
    for start in stride(from: 0, to: pixels * step, by: step) {
      inks += bytes[start..<start + size]
    }
    return (inks, Array(plain().suffix(pixels)))
  }

  private func sRGB(_ planes: ArraySlice<Float>) throws(ImageError) -> [Float] {
    guard let lab = ColourProfile.lab(), let sRGB = ColourProfile.sRGB(),
      let transform = ColourTransform.between(lab, and: sRGB)
    else { throw .outOfMemory }
    // 16 bits hold a and b in steps of 1/256, and ICC's L, too.
    let isDeep = depth == .sixteen
    let lightness: Float = isDeep && colours == LIMPID_TIFF_ICC_LAB ? 65535 / 652.80 : 100
    let chroma: Float = isDeep ? 65535 / 256 : 255
    let scaled = planes.enumerated().map { index, value in
      index < pixels ? min(value * lightness, 100) : value * chroma - 128
    }
    return transform.converted(scaled).map { $0 > 0 ? min($0, 1) : 0 }
  }
}

extension limpid_tiff_colours {
  fileprivate var channelCount: Int {
    switch self {
    case LIMPID_TIFF_GRAY: 1
    case LIMPID_TIFF_CMYK: 4
    default: 3
    }
  }
}

extension limpid_tiff_header {
  var hasAlpha: Bool { channels > colours.channelCount }
}

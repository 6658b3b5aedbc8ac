import CLCMS

/// An ICC profile opened by lcms2, or made by it.
struct ColourProfile: ~Copyable {
  enum Space: String, CustomStringConvertible {
    case gray, rgb, cmyk, lab, other

    var description: String {
      switch self {
      case .gray: "gray"
      case .rgb: "RGB"
      case .cmyk: "CMYK"
      case .lab: "Lab"
      case .other: "another colour space"
      }
    }
  }

  let handle: cmsHPROFILE
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
      case cmsSigLabData: .lab
      default: .other
      }
  }

  /// - Parameter handle: taken over.
  private init(_ handle: cmsHPROFILE, _ space: Space) {
    (self.handle, self.space) = (handle, space)
  }

  /// Nil only when memory runs out.
  static func sRGB() -> ColourProfile? {
    cmsCreate_sRGBProfile().map { ColourProfile($0, .rgb) }
  }

  /// CIE L*a*b* of the white of D50; nil only when memory runs out.
  static func lab() -> ColourProfile? {
    cmsCreateLab4Profile(nil).map { ColourProfile($0, .lab) }
  }

  /// Colours that mix from three lights, or the gray of their white.
  /// - Parameters:
  ///   - chromaticities: white, red, green, blue, each x then y.
  ///   - curve: a parametric curve of lcms2, from values to light.
  /// - Returns: nil when no colours mix from these.
  static func mixed(
    _ space: Space, chromaticities: [Double], curve: (type: Int32, parameters: [Double])
  ) -> ColourProfile? {
    let ends = stride(from: 0, to: 8, by: 2).map { (chromaticities[$0], chromaticities[$0 + 1]) }
    guard ends.allSatisfy({ $0.1 > 0.001 && abs($0.0) < 2 && $0.1 < 2 }),
      let tone = cmsBuildParametricToneCurve(nil, curve.type, curve.parameters)
    else { return nil }
    defer { cmsFreeToneCurve(tone) }
    let points = ends.map { cmsCIExyY(x: $0.0, y: $0.1, Y: 1) }
    var white = points[0]
    if space == .gray {
      return cmsCreateGrayProfile(&white, tone).map { ColourProfile($0, .gray) }
    }
    var lights = cmsCIExyYTRIPLE(Red: points[1], Green: points[2], Blue: points[3])
    return cmsCreateRGBProfile(&white, &lights, [tone, tone, tone])
      .map { ColourProfile($0, .rgb) }
  }

  /// The profile as a file holds it, the same for the same colours; nil when lcms2 cannot say it.
  var bytes: [UInt8]? {
    var size: UInt32 = 0
    guard cmsSaveProfileToMem(handle, nil, &size) != 0, size >= 128 else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(size))
    guard cmsSaveProfileToMem(handle, &bytes, &size) != 0 else { return nil }
    // lcms2 writes the time of day; the first of January 2000 says as much.
    bytes.replaceSubrange(24..<36, with: [7, 208, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])
    return bytes
  }

  deinit { cmsCloseProfile(handle) }
}

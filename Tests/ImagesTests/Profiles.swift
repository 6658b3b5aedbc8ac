import CLCMS

/// ICC profiles made by lcms2.
private func saved(_ profile: cmsHPROFILE?) -> [UInt8] {
  defer { cmsCloseProfile(profile) }
  var size: UInt32 = 0
  cmsSaveProfileToMem(profile, nil, &size)
  var bytes = [UInt8](repeating: 0, count: Int(size))
  cmsSaveProfileToMem(profile, &bytes, &size)
  return bytes
}

/// Adobe RGB's primaries with gamma 2.2, made longer by a tag of zeros.
func adobeProfile(padding: Int = 0) -> [UInt8] {
  var white = cmsCIExyY(x: 0.3127, y: 0.329, Y: 1)
  var primaries = cmsCIExyYTRIPLE(
    Red: cmsCIExyY(x: 0.64, y: 0.33, Y: 1), Green: cmsCIExyY(x: 0.21, y: 0.71, Y: 1),
    Blue: cmsCIExyY(x: 0.15, y: 0.06, Y: 1))
  let curve = cmsBuildGamma(nil, 2.2)
  defer { cmsFreeToneCurve(curve) }
  let profile = cmsCreateRGBProfile(&white, &primaries, [curve, curve, curve])
  if padding > 0 {
    let zeros = [UInt8](repeating: 0, count: padding)
    cmsWriteRawTag(profile, cmsTagSignature(rawValue: 0x7061_6464), zeros, UInt32(padding))
  }
  return saved(profile)
}

func sRGBProfile() -> [UInt8] { saved(cmsCreate_sRGBProfile()) }

func grayProfile() -> [UInt8] {
  let curve = cmsBuildGamma(nil, 1.8)
  defer { cmsFreeToneCurve(curve) }
  return saved(cmsCreateGrayProfile(cmsD50_xyY(), curve))
}

/// A press on which every ink takes an equal share of the lightness and black takes all of it.
func cmykProfile() -> [UInt8] {
  let profile = cmsCreateProfilePlaceholder(nil)
  cmsSetProfileVersion(profile, 4.2)
  cmsSetDeviceClass(profile, cmsSigOutputClass)
  cmsSetColorSpace(profile, cmsSigCmykData)
  cmsSetPCS(profile, cmsSigLabData)
  let table = (0..<16).flatMap { corner -> [UInt16] in
    let inks = [8, 4, 2].count { corner & $0 != 0 }
    let lightness = corner & 1 != 0 ? 0 : 1 - Double(inks) / 3
    return [UInt16(lightness * 65535), 0x8080, 0x8080]
  }
  let pipeline = cmsPipelineAlloc(nil, 4, 3)
  defer { cmsPipelineFree(pipeline) }
  cmsPipelineInsertStage(pipeline, cmsAT_END, cmsStageAllocToneCurves(nil, 4, nil))
  cmsPipelineInsertStage(pipeline, cmsAT_END, cmsStageAllocCLut16bit(nil, 2, 4, 3, table))
  cmsPipelineInsertStage(pipeline, cmsAT_END, cmsStageAllocToneCurves(nil, 3, nil))
  cmsWriteTag(profile, cmsSigAToB0Tag, pipeline.map { UnsafeRawPointer($0) })
  return saved(profile)
}

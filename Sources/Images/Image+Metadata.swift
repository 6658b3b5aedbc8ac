/// How metadata follow what happens to the pixels.
extension Image {
  /// The image brought upright, and with it all that says how it lies.
  func baking(_ orientation: Orientation) -> Image {
    var result = upright(from: orientation)
    result.metadata.setUpright()
    if result.metadata.removeGeography() { result.leftOut.append("GeoTIFF tags") }
    result.leftOut += result.metadata.removePlaces(Place.allCases)
    return result
  }

  /// The image in another size, and with it what says where on earth its pixels lie.
  func resizing(width: Int, height: Int, samples: [Float]) -> Image {
    var image = replacing(width: width, height: height, channels: channels, samples: samples)
    let factors = (
      Double(width) / Double(self.width), Double(height) / Double(self.height)
    )
    if !image.metadata.scaleGeography(by: factors) { image.leftOut.append("GeoTIFF tags") }
    image.leftOut += image.metadata.removePlaces(Place.allCases.filter(\.countsPixels))
    return image
  }

  /// Takes out small and further pictures, videos, and what refers to those.
  mutating func dropCompanions() {
    var found: [Companion] = []
    if let block = metadata.exif, var exif = EXIF(block), exif.removeThumbnail() {
      metadata.exif = exif.bytes
      found.append(.thumbnail)
    }
    for path in [\Metadata.xmp, \Metadata.xmpExtension] {
      guard let packet = metadata[keyPath: path], var xmp = XMP(packet) else { continue }
      found += xmp.removeCompanions()
      metadata[keyPath: path] = xmp.bytes
    }
    if let resources = metadata.resources {
      if resources.holdsThumbnail { found.append(.thumbnail) }
      if resources.holdsOtherThings { leftOut.append("Photoshop's settings") }
      if resources.kept.isEmpty { metadata.resources = nil }
    }
    leftOut = Companion.allCases.filter(found.contains).map(\.rawValue) + leftOut
  }

  /// Names all that is left out in one warning.
  mutating func warnOfLosses() {
    var names: [String] = []
    for name in leftOut where !names.contains(name) { names.append(name) }
    leftOut = []
    guard let last = names.popLast() else { return }
    let list = names.isEmpty ? last : names.joined(separator: ", ") + " and " + last
    warnings.append("left out, since outputs do not keep it: \(list)")
  }

  /// Takes where the picture was taken out of everything that can say it.
  package mutating func stripLocation() {
    if let block = metadata.exif, var exif = EXIF(block) {
      exif.removeLocation()
      metadata.exif = exif.bytes
    }
    for path in [\Metadata.xmp, \Metadata.xmpExtension] {
      guard let packet = metadata[keyPath: path] else { continue }
      var xmp = XMP(packet)
      xmp?.removeLocation()
      metadata[keyPath: path] = xmp?.bytes
    }
    metadata.resources = metadata.resources?.withoutLocation()
    metadata.text.removeAll {
      $0.keyword.lowercased().contains("gps") || $0.keyword.hasPrefix(RawProfile.keyword)
    }
  }
}

extension Metadata {
  /// Says that the picture is upright, wherever anything is said of that.
  mutating func setUpright() {
    change {
      $0.setUpright()
    } xmp: {
      $0.setUpright()
    }
  }

  /// Says how large the picture is, wherever anything is said of that.
  mutating func setSize(width: Int, height: Int) {
    change {
      $0.setSize(width: width, height: height)
    } xmp: {
      $0.setSize(width: width, height: height)
    }
  }

  /// Says that colours are sRGB, and nothing else of them.
  mutating func declareSRGB() {
    icc = nil
    declaredColour = .sRGB
    change {
      $0.setSRGB()
    } xmp: {
      $0.set(.exif, "ColorSpace", to: 1)
    }
  }

  /// Makes one packet of XMP out of two.
  mutating func mergeXMP(_ leftOut: inout [String]) {
    guard let more = xmpExtension.flatMap(XMP.init), var whole = xmp.flatMap(XMP.init) else {
      return
    }
    if let merged = whole.merged(with: more) {
      whole = merged
    } else {
      whole.removeExtensionKey()
      leftOut.append("extended XMP")
    }
    (xmp, xmpExtension) = (whole.bytes, nil)
  }

  /// Takes out GeoTIFF's tags.
  /// - Returns: whether there were any.
  mutating func removeGeography() -> Bool {
    guard let block = exif, var changed = EXIF(block), changed.removeGeography() else {
      return false
    }
    exif = changed.bytes
    return true
  }

  private mutating func change(
    exif changeEXIF: (inout EXIF) -> Void, xmp changeXMP: (inout XMP) -> Void
  ) {
    if var changed = exif.flatMap(EXIF.init) {
      changeEXIF(&changed)
      exif = changed.bytes
    }
    if var changed = xmp.flatMap(XMP.init) {
      changeXMP(&changed)
      xmp = changed.bytes
    }
  }
}

/// What metadata say of places in a picture, which fits its pixels as they lay when it was said.
enum Place: String, CaseIterable {
  case subject = "the place of the subject"
  case regions = "regions of the picture"
  case panorama = "the picture's part of a panorama"
  case depth = "a map of depth"

  /// Whether places are counted in pixels, so that they do not fit a picture of another size
  /// either.
  var countsPixels: Bool {
    switch self {
    case .subject, .panorama: true
    case .regions, .depth: false
    }
  }

  fileprivate func isTold(by node: XMPNode) -> Bool {
    guard let namespace = XMPNamespace(rawValue: node.namespace) else { return false }
    return switch self {
    case .subject: namespace == .exif && ["SubjectArea", "SubjectLocation"].contains(node.name)
    case .regions: [.regions, .microsoftRegions].contains(namespace)
    case .panorama: namespace == .panorama
    case .depth: namespace == .depth
    }
  }

  /// Namespaces that tell of nothing else.
  fileprivate var namespaces: [XMPNamespace] {
    switch self {
    case .subject: []
    case .regions: [.regions, .microsoftRegions]
    case .panorama: [.panorama]
    case .depth: [.depth]
    }
  }
}

extension Metadata {
  /// Takes out what no longer fits.
  /// - Returns: the names of what was there.
  mutating func removePlaces(_ places: [Place]) -> [String] {
    var found: Set<Place> = []
    if places.contains(.subject), let block = exif, var changed = EXIF(block),
      changed.removeSubject()
    {
      exif = changed.bytes
      found.insert(.subject)
    }
    for path in [\Metadata.xmp, \Metadata.xmpExtension] {
      guard let packet = self[keyPath: path], var changed = XMP(packet) else { continue }
      for place in places where changed.remove(where: place.isTold) {
        changed.removeDeclarations(of: place.namespaces)
        found.insert(place)
      }
      self[keyPath: path] = changed.bytes
    }
    return places.filter(found.contains).map(\.rawValue)
  }
}

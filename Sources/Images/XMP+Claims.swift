/// Properties that depend on pixels, on files behind the picture, or on its place.
extension XMP {
  /// As `tiff:Orientation` has it.
  var orientation: Int? { number(.tiff, "Orientation") }

  /// The packet's other part, in JPEG's further segments.
  var extensionKey: String? { value(.note, "HasExtendedXMP") }

  /// Sets the orientation to 1, wherever there is one.
  mutating func setUpright() { set(.tiff, "Orientation", to: 1) }

  mutating func setSize(width: Int, height: Int) {
    for (namespace, name, number) in [
      (XMPNamespace.exif, "PixelXDimension", width), (.exif, "PixelYDimension", height),
      (.tiff, "ImageWidth", width), (.tiff, "ImageLength", height),
    ] {
      set(namespace, name, to: number)
    }
  }

  mutating func removeExtensionKey() {
    remove { $0.namespace == XMPNamespace.note.rawValue && $0.name == "HasExtendedXMP" }
  }

  /// Takes out what is about pictures and videos that an output does not have.
  /// - Returns: the names of these.
  mutating func removeCompanions() -> [Companion] {
    var found = contents
    for companion in [Companion.gainMap, .video, .thumbnail, .embeddedPicture] {
      if remove(where: { companion.isClaimed(by: $0) }) { found.append(companion) }
    }
    remove { [XMPNamespace.container, .item].map(\.rawValue).contains($0.namespace) }
    removeDeclarations(of: XMPNamespace.ofCompanions)
    return found
  }

  /// Takes out the prefixes of namespaces that nothing is said in any more.
  mutating func removeDeclarations(of namespaces: [XMPNamespace]) {
    let whole = namespaces.map(\.rawValue)
    let declarations = nodes.filter {
      $0.namespace == XMPNamespace.declaration.rawValue
        && whole.contains(String(decoding: bytes[$0.value], as: UTF8.self))
    }
    replace(declarations.map { ($0.whole, []) })
  }

  /// What a container's directory lists beside the picture.
  private var contents: [Companion] {
    nodes.filter { $0.namespace == XMPNamespace.item.rawValue && $0.name == "Semantic" }.compactMap
    {
      switch String(decoding: bytes[$0.value], as: UTF8.self) {
      case "GainMap", "RecoveryMap": .gainMap
      case "MotionPhoto": .video
      case "Depth", "Confidence": .depthMap
      case "Original": .picture
      default: nil
      }
    }
  }

  /// Takes out where a picture was taken, in numbers and in words.
  mutating func removeLocation() {
    let numbers = ["gps", "latitude", "longitude", "longtitude", "altitude", "geotag"]
    remove { node in
      guard node.namespace != XMPNamespace.declaration.rawValue else { return false }
      let name = node.name.lowercased()
      if numbers.contains(where: name.contains) { return true }
      return switch XMPNamespace(rawValue: node.namespace) {
      case .photoshop: ["City", "State", "Country"].contains(node.name)
      case .iptcCore: ["Location", "CountryCode"].contains(node.name)
      case .iptcExtension: ["LocationCreated", "LocationShown"].contains(node.name)
      default: false
      }
    }
  }
}

/// What files hold beside their picture, and outputs do not.
enum Companion: String, CaseIterable {
  case thumbnail = "a thumbnail"
  case gainMap = "a gain map"
  case depthMap = "a depth map"
  case video = "a video"
  case picture = "another picture"
  case embeddedPicture = "a picture in XMP"
  case credentials = "content credentials"

  fileprivate func isClaimed(by node: XMPNode) -> Bool {
    guard let namespace = XMPNamespace(rawValue: node.namespace) else { return false }
    return switch self {
    case .gainMap: [.gainMap, .appleGainMap, .applePixels].contains(namespace)
    case .video:
      [.motion, .oplus].contains(namespace)
        || namespace == .camera
          && (node.name.hasPrefix("MicroVideo") || node.name.hasPrefix("MotionPhoto"))
    case .thumbnail: namespace == .xmp && node.name == "Thumbnails"
    case .embeddedPicture: namespace == .image
    case .depthMap, .picture, .credentials: false
    }
  }
}

extension XMPNamespace {
  /// Those that speak of nothing else.
  static let ofCompanions: [XMPNamespace] = [
    .gainMap, .appleGainMap, .applePixels, .container, .item, .motion, .oplus, .image,
  ]
}

/// An XMP packet: what it says of a picture, found by namespaces and not by the prefixes that
/// stand for them.
struct XMP {
  private(set) var bytes: [UInt8]
  /// Every element and attribute, an element behind what it holds.
  private(set) var nodes: [XMPNode]

  /// Nil when the bytes are no XML of UTF-8 that ``XMPScanner`` reads.
  init?(_ bytes: [UInt8]) {
    guard let nodes = XMPScanner.nodes(of: bytes) else { return nil }
    (self.bytes, self.nodes) = (bytes, nodes)
  }

  /// The text of the first property of that name, be it an attribute or an element.
  func value(_ namespace: XMPNamespace, _ name: String) -> String? {
    nodes.first { $0.namespace == namespace.rawValue && $0.name == name }
      .map { String(decoding: bytes[$0.value], as: UTF8.self) }
      .map { String($0.drop { $0.isWhitespace }.prefix { !$0.isWhitespace }) }
  }

  /// The first property of that name which is a plain number.
  func number(_ namespace: XMPNamespace, _ name: String) -> Int? {
    numbers(namespace, name).first.flatMap { Int(String(decoding: bytes[$0], as: UTF8.self)) }
  }

  /// Gives every property of that name which is a plain number another value.
  mutating func set(_ namespace: XMPNamespace, _ name: String, to number: Int) {
    replace(numbers(namespace, name).map { ($0, Array("\(number)".utf8)) })
  }

  /// Where the digits are, be there space around them.
  private func numbers(_ namespace: XMPNamespace, _ name: String) -> [Range<Int>] {
    let isDigit: (UInt8) -> Bool = { (0x30...0x39).contains($0) }
    return nodes.filter { $0.namespace == namespace.rawValue && $0.name == name }.compactMap {
      let text = bytes[$0.value].drop(while: XMPScanner.isSpace)
      let digits = text.prefix(while: isDigit)
      let rest = text[digits.endIndex...]
      return digits.isEmpty || !rest.allSatisfy(XMPScanner.isSpace) ? nil : digits.indices
    }
  }

  /// Takes properties out as wholes.
  /// - Returns: whether there were any.
  @discardableResult
  mutating func remove(where isMeant: (XMPNode) -> Bool) -> Bool {
    let places = nodes.filter(isMeant).map(\.whole)
    replace(places.map { ($0, []) })
    return !places.isEmpty
  }

  /// Puts bytes in place of ranges; what lies within another range goes with it.
  mutating func replace(_ changes: [(range: Range<Int>, new: [UInt8])]) {
    guard !changes.isEmpty else { return }
    var (result, end): ([UInt8], Int) = ([], 0)
    let ordered = changes.sorted {
      ($0.range.lowerBound, -$0.range.upperBound) < ($1.range.lowerBound, -$1.range.upperBound)
    }
    for (range, new) in ordered where range.lowerBound >= end {
      result += bytes[end..<range.lowerBound]
      result += new
      end = range.upperBound
    }
    bytes = result + bytes[end...]
    nodes = XMPScanner.nodes(of: bytes) ?? []
  }
}

/// An element or an attribute.
struct XMPNode {
  /// The address that its prefix stands for; empty without one.
  let namespace: String
  let name: String
  /// With its tags, or with its name and the space before it.
  let whole: Range<Int>
  /// What lies between its tags or quotation marks.
  let value: Range<Int>
  /// Elements around it; those of an attribute include the one that it stands in.
  let depth: Int
  let isAttribute: Bool
}

/// Namespaces whose properties tell of a picture's pixels, of its place, or of what was beside it.
enum XMPNamespace: String, CaseIterable {
  case rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  case declaration = "http://www.w3.org/2000/xmlns/"
  case exif = "http://ns.adobe.com/exif/1.0/"
  case tiff = "http://ns.adobe.com/tiff/1.0/"
  case xmp = "http://ns.adobe.com/xap/1.0/"
  case note = "http://ns.adobe.com/xmp/note/"
  case photoshop = "http://ns.adobe.com/photoshop/1.0/"
  case iptcCore = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
  case iptcExtension = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
  case gainMap = "http://ns.adobe.com/hdr-gain-map/1.0/"
  case appleGainMap = "http://ns.apple.com/HDRGainMap/1.0/"
  case applePixels = "http://ns.apple.com/pixeldatainfo/1.0/"
  case container = "http://ns.google.com/photos/1.0/container/"
  case item = "http://ns.google.com/photos/1.0/container/item/"
  case camera = "http://ns.google.com/photos/1.0/camera/"
  case motion = "http://ns.google.com/photos/1.0/motionphoto/"
  case oplus = "http://ns.oplus.com/photos/1.0/camera/"
  case image = "http://ns.google.com/photos/1.0/image/"
  case depth = "http://ns.google.com/photos/1.0/depthmap/"
  case panorama = "http://ns.google.com/photos/1.0/panorama/"
  case regions = "http://www.metadataworkinggroup.com/schemas/regions/"
  case microsoftRegions = "http://ns.microsoft.com/photo/1.2/"

  /// Prefixes that packets use without declaring them.
  static let customary: [String: String] = [
    "rdf": rdf.rawValue, "exif": exif.rawValue, "tiff": tiff.rawValue, "xmp": xmp.rawValue,
    "xmpNote": note.rawValue, "photoshop": photoshop.rawValue, "hdrgm": gainMap.rawValue,
    "Iptc4xmpCore": iptcCore.rawValue, "Iptc4xmpExt": iptcExtension.rawValue,
    "GCamera": camera.rawValue, "Container": container.rawValue, "Item": item.rawValue,
    "GImage": image.rawValue, "GDepth": depth.rawValue, "GPano": panorama.rawValue,
    "mwg-rs": regions.rawValue, "MP": microsoftRegions.rawValue,
    "xmlns": declaration.rawValue,
  ]
}

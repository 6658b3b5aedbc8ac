/// What the marker segments of a JPEG say, and which of it an output cannot have.
struct JPEGSegments {
  private(set) var exif: [UInt8]?
  private(set) var xmp: [UInt8]?
  private(set) var comments: [[UInt8]] = []
  private(set) var leftOut: [String] = []
  private var photoshop: [UInt8] = []
  private var parts: [(offset: Int, total: Int, key: [UInt8], data: [UInt8])] = []

  static let exifPrefix = Array("Exif\0\0".utf8)
  static let xmpPrefix = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
  static let extensionPrefix = Array("http://ns.adobe.com/xmp/extension/\0".utf8)
  static let photoshopPrefix = Array("Photoshop 3.0\0".utf8)
  static let (app0, app1, app2, app11, app13, app14): (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) =
    (0xE0, 0xE1, 0xE2, 0xEB, 0xED, 0xEE)
  static let comment: UInt8 = 0xFE
  /// Length of a key that joins the parts of extended XMP.
  static let keyLength = 32

  mutating func take(_ marker: UInt8, _ payload: [UInt8]) {
    func has(_ prefix: String) -> Bool { payload.starts(with: prefix.utf8) }
    switch marker {
    case Self.comment: comments.append(payload)
    case Self.app0 where has("JFIF\0"):
      if payload.count > 13, payload[12] > 0, payload[13] > 0 { leave(.thumbnail) }
    case Self.app0 where has("JFXX\0"): leave(.thumbnail)
    case Self.app1: takeDescription(payload)
    case Self.app2 where has("ICC_PROFILE\0") || has("MPF\0"): break
    case Self.app2 where has("urn:iso:std:iso:ts:21496:-1"): leave(.gainMap)
    case Self.app11 where payload.dropFirst(12).starts(with: "jumb".utf8): leave(.credentials)
    case Self.app13 where payload.starts(with: Self.photoshopPrefix):
      photoshop += payload.dropFirst(Self.photoshopPrefix.count)
    case Self.app14 where has("Adobe"): break
    default: leave(marker, payload)
    }
  }

  private mutating func takeDescription(_ payload: [UInt8]) {
    if payload.starts(with: Self.exifPrefix.dropLast()) {
      if exif == nil { exif = EXIF.withoutPrefix(payload) } else { leftOut.append("further EXIF") }
    } else if payload.starts(with: Self.xmpPrefix) {
      let packet = Array(payload.dropFirst(Self.xmpPrefix.count))
      if xmp == nil { xmp = packet } else { leftOut.append("further XMP") }
    } else if payload.starts(with: Self.extensionPrefix) {
      takePart(payload.dropFirst(Self.extensionPrefix.count))
    } else {
      leave(Self.app1, payload)
    }
  }

  private mutating func takePart(_ part: ArraySlice<UInt8>) {
    let head = Self.keyLength + 8
    guard part.count >= head else { return }
    func number(_ offset: Int) -> Int {
      part.dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }
    parts.append(
      (
        offset: number(Self.keyLength + 4), total: number(Self.keyLength),
        key: Array(part.prefix(Self.keyLength)), data: Array(part.dropFirst(head))
      ))
  }

  private mutating func leave(_ companion: Companion) { leftOut.append(companion.rawValue) }

  private mutating func leave(_ marker: UInt8, _ payload: [UInt8]) {
    let isLetter: (UInt8) -> Bool = { (0x21...0x7E).contains($0) && $0 != 0x22 }
    let name = String(decoding: payload.prefix(16).prefix(while: isLetter), as: UTF8.self)
    leftOut.append("APP\(marker - Self.app0)" + (name.count < 3 ? "" : " (\(name))"))
  }

  var resources: PhotoshopResources? { PhotoshopResources(photoshop) }

  /// The part of the XMP packet that other segments hold; nil when something of it is missing.
  var xmpExtension: [UInt8]? {
    guard let key = xmp.flatMap({ XMP($0)?.extensionKey }).map({ Array($0.utf8) }) else {
      return nil
    }
    var whole: [UInt8] = []
    for part in parts.filter({ $0.key == key }).sorted(by: { $0.offset < $1.offset }) {
      guard part.offset == whole.count else { return nil }
      whole += part.data
    }
    let isWhole = parts.contains { $0.key == key && $0.total == whole.count }
    return isWhole && !whole.isEmpty ? whole : nil
  }

  /// Names what follows a JPEG's end.
  static func companions(_ rest: Slice<UnsafeRawBufferPointer>, isGainMap: Bool) -> [String] {
    guard rest.contains(where: { $0 != 0 }) else { return [] }
    var found: [Companion] = []
    if contains(rest, [0xFF, 0xD8, 0xFF]) { found.append(isGainMap ? .gainMap : .picture) }
    if contains(rest, Array("ftyp".utf8)) { found.append(.video) }
    return found.isEmpty ? ["\(rest.count) bytes behind the picture"] : found.map(\.rawValue)
  }

  private static func contains(_ bytes: Slice<UnsafeRawBufferPointer>, _ mark: [UInt8]) -> Bool {
    var rest = bytes
    while let next = rest.firstIndex(of: mark[0]) {
      rest = rest[next...]
      if rest.starts(with: mark) { return true }
      rest = rest.dropFirst()
    }
    return false
  }
}

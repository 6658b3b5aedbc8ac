/// Finds the elements and attributes of a packet. What goes beyond plain XML, as declarations of
/// entities do, is not read, and nothing outside the bytes is.
struct XMPScanner {
  private static let mostDepth = 64
  private static let mostPrefixes = 256

  private struct Open {
    let node: XMPNode
    let tag: Range<Int>
    let prefixes: [String: String]
  }

  private struct Attribute {
    let prefix: String
    let name: String
    let whole: Range<Int>
    let value: Range<Int>
  }

  private let bytes: [UInt8]
  private var position = 0
  private var open: [Open] = []
  private var nodes: [XMPNode] = []

  static func nodes(of bytes: [UInt8]) -> [XMPNode]? {
    var scanner = XMPScanner(bytes: bytes)
    return scanner.scan() ? scanner.nodes : nil
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func scan() -> Bool {
    guard String(validating: bytes, as: UTF8.self) != nil else { return false }
    while skip(to: "<") {
      if starts("<?") {
        guard skip(past: "?>") else { return false }
      } else if starts("<!--") {
        guard skip(past: "-->") else { return false }
      } else if starts("<![CDATA[") {
        guard skip(past: "]]>") else { return false }
      } else if starts("<!") {
        return false
      } else {
        guard starts("</") ? closeElement() : openElement() else { return false }
      }
    }
    return open.isEmpty && !nodes.isEmpty
  }

  private func starts(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { bytes[position...].starts(with: $0) }
  }

  private mutating func skip(to mark: Unicode.Scalar) -> Bool {
    guard let next = bytes[position...].firstIndex(of: UInt8(ascii: mark)) else { return false }
    position = next
    return true
  }

  private mutating func skip(past text: StaticString) -> Bool {
    while position + text.utf8CodeUnitCount <= bytes.count {
      if starts(text) {
        position += text.utf8CodeUnitCount
        return true
      }
      position += 1
    }
    return false
  }

  static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

  private mutating func skipSpace() {
    while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
  }

  private mutating func name() -> Range<Int>? {
    let start = position
    while position < bytes.count, !Self.isSpace(bytes[position]),
      !"<>/=\"'".utf8.contains(bytes[position])
    {
      position += 1
    }
    return start < position ? start..<position : nil
  }

  private func parts(_ name: Range<Int>) -> (prefix: String, local: String) {
    let text = bytes[name]
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else {
      return ("", String(decoding: text, as: UTF8.self))
    }
    return (
      String(decoding: text[..<colon], as: UTF8.self),
      String(decoding: text[(colon + 1)...], as: UTF8.self)
    )
  }

  private mutating func attribute() -> Attribute? {
    let start = position
    skipSpace()
    guard let name = name() else { return nil }
    skipSpace()
    guard starts("=") else { return nil }
    position += 1
    skipSpace()
    guard starts("\"") || starts("'") else { return nil }
    let first = position + 1
    guard let end = bytes[first...].firstIndex(of: bytes[position]) else { return nil }
    position = end + 1
    let (prefix, local) = parts(name)
    return Attribute(prefix: prefix, name: local, whole: start..<position, value: first..<end)
  }

  private mutating func openElement() -> Bool {
    let start = position
    position += 1
    guard open.count < Self.mostDepth, let tag = name() else { return false }
    var attributes: [Attribute] = []
    while true {
      let before = position
      skipSpace()
      if starts(">") || starts("/>") { break }
      position = before
      guard let next = attribute() else { return false }
      attributes.append(next)
    }
    guard let prefixes = prefixes(adding: attributes) else { return false }
    let depth = open.count
    for attribute in attributes {
      nodes.append(
        XMPNode(
          namespace: attribute.prefix.isEmpty ? "" : prefixes[attribute.prefix] ?? "",
          name: attribute.name, whole: attribute.whole, value: attribute.value, depth: depth + 1,
          isAttribute: true))
    }
    let isClosed = starts("/>")
    position += isClosed ? 2 : 1
    let (prefix, local) = parts(tag)
    let node = XMPNode(
      namespace: prefixes[prefix] ?? "", name: local, whole: start..<position,
      value: position..<position, depth: depth, isAttribute: false)
    if isClosed {
      nodes.append(node)
    } else {
      open.append(Open(node: node, tag: tag, prefixes: prefixes))
    }
    return true
  }

  private func prefixes(adding attributes: [Attribute]) -> [String: String]? {
    var prefixes = open.last?.prefixes ?? XMPNamespace.customary
    for attribute in attributes {
      let isDefault = attribute.prefix.isEmpty && attribute.name == "xmlns"
      guard attribute.prefix == "xmlns" || isDefault else { continue }
      prefixes[isDefault ? "" : attribute.name] = String(
        decoding: bytes[attribute.value], as: UTF8.self)
    }
    return prefixes.count <= Self.mostPrefixes ? prefixes : nil
  }

  private mutating func closeElement() -> Bool {
    let end = position
    position += 2
    guard let tag = name(), let last = open.popLast(), bytes[tag] == bytes[last.tag] else {
      return false
    }
    skipSpace()
    guard starts(">") else { return false }
    position += 1
    let node = last.node
    nodes.append(
      XMPNode(
        namespace: node.namespace, name: node.name, whole: node.whole.lowerBound..<position,
        value: node.value.lowerBound..<end, depth: node.depth, isAttribute: false))
    return true
  }
}

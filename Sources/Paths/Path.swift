/// What the system calls a file or a folder: bytes, of which `/` alone has a meaning.
///
/// Names are compared, split and ordered as bytes. What they mean as text, if they mean any, makes
/// no difference: two names that Unicode holds to be the same are two.
package struct Path: Hashable, Sendable {
  package let bytes: [UInt8]

  package init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  /// The bytes of the text in UTF-8.
  package init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

  /// As the system hands names out.
  package init(cString: UnsafePointer<CChar>) {
    var bytes: [UInt8] = []
    while cString[bytes.count] != 0 { bytes.append(UInt8(bitPattern: cString[bytes.count])) }
    self.bytes = bytes
  }

  /// As the system takes names: the bytes and a zero.
  package var cString: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

  package var isEmpty: Bool { bytes.isEmpty }

  /// What stands behind the last `/`, of `a/b/` too `b`; the whole where nothing does.
  package var name: Path { bytes.split(separator: Self.slash).last.map(Path.init(bytes:)) ?? self }

  /// What stands before the name: `.` when nothing does.
  package var folder: Path {
    guard let slash = bytes.lastIndex(of: Self.slash) else { return "." }
    return slash == 0 ? "/" : Path(bytes: bytes[..<slash])
  }

  /// The parts between slashes, empty ones left out.
  package var parts: [Path] { bytes.split(separator: Self.slash).map(Path.init(bytes:)) }

  /// A name without its last ending; a leading dot is no ending.
  package var stem: Path { dot.map { Path(bytes: bytes[..<$0]) } ?? self }

  /// A name's last ending, without the dot.
  package var ending: Path { dot.map { Path(bytes: bytes[($0 + 1)...]) } ?? "" }

  /// Whether lists leave the name out.
  package var isHidden: Bool { bytes.first == Self.point }

  /// A path below this folder; with no folder it is the path alone.
  package func appending(_ path: Path) -> Path {
    isEmpty ? path : hasSuffix("/") ? self + path : self + "/" + path
  }

  package func hasPrefix(_ prefix: Path) -> Bool { bytes.starts(with: prefix.bytes) }

  package func hasSuffix(_ suffix: Path) -> Bool {
    bytes.suffix(suffix.bytes.count) == suffix.bytes[...]
  }

  /// The part of the path that is below a folder; nil where it is not below it, as written.
  package func below(_ folder: Path) -> Path? {
    let prefix = folder.appending("")
    return hasPrefix(prefix) ? Path(bytes: bytes.dropFirst(prefix.bytes.count)) : nil
  }

  package static func + (first: Path, second: Path) -> Path {
    Path(bytes: first.bytes + second.bytes)
  }

  private static let slash = UInt8(ascii: "/")
  private static let point = UInt8(ascii: ".")

  private var dot: Int? { bytes.lastIndex(of: Self.point).flatMap { $0 == 0 ? nil : $0 } }
}

extension Path: Comparable {
  package static func < (first: Path, second: Path) -> Bool {
    first.bytes.lexicographicallyPrecedes(second.bytes)
  }
}

extension Path: ExpressibleByStringInterpolation {
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var bytes: [UInt8] = []

    package init(literalCapacity: Int, interpolationCount: Int) {}

    package mutating func appendLiteral(_ literal: String) { bytes += literal.utf8 }

    package mutating func appendInterpolation(_ path: Path) { bytes += path.bytes }

    package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      bytes += value.description.utf8
    }
  }

  package init(stringInterpolation: StringInterpolation) { bytes = stringInterpolation.bytes }

  package init(stringLiteral text: String) { self.init(text) }
}

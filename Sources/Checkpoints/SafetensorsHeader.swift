/// What a file may ask for at most.
package enum SafetensorsLimits {
  package static let headerBytes = 64 << 20
  package static let tensors = 200_000
  package static let metadataKeys = 65_536
  /// Length of a tensor name or a metadata key in UTF-8.
  package static let keyBytes = 512
  /// Combining marks that may follow each other in a key (the Stream-Safe Text Format of Unicode
  /// Standard Annex 15).
  package static let combiningMarks = 30
}

/// A validated header: every entry keeps the rules, and together the entries cover the data of
/// the file exactly once.
package struct SafetensorsHeader: Sendable, Hashable {
  /// Ordered by place in the file; empty tensors stand before the one that begins where they do,
  /// several of them in the header's order.
  package let entries: [SafetensorsEntry]
  package let metadata: [String: String]
  /// Index in `entries` by name.
  private let positions: [String: Int]

  /// Parses and validates a header.
  /// - Parameters:
  ///   - json: the bytes between the length field and the data.
  ///   - dataBytes: how many bytes follow the header in the file.
  package init(json: [UInt8], dataBytes: Int) throws(SafetensorsError) {
    guard let first = json.first else { throw .headerLength(0) }
    guard first == UInt8(ascii: "{") else { throw .headerStart(first) }
    var parser = SafetensorsHeaderParser(json)
    try parser.parse()
    metadata = parser.metadata ?? [:]

    let parsed = parser.entries
    let order = parsed.indices.sorted {
      let (a, b) = (parsed[$0].dataOffsets, parsed[$1].dataOffsets)
      return (a.lowerBound, a.upperBound, $0) < (b.lowerBound, b.upperBound, $1)
    }
    let ordered = order.map { parsed[$0] }
    try Self.requireCover(ordered, dataBytes: dataBytes)
    var places = order
    for (place, index) in order.enumerated() { places[index] = place }
    entries = ordered
    positions = parser.positions.mapValues { places[$0] }
  }

  /// The entry of this name, compared as Unicode text; nil when there is none.
  package func entry(named name: String) -> SafetensorsEntry? {
    positions[name].map { entries[$0] }
  }

  /// Refuses holes, overlaps and bytes that belong to no tensor.
  private static func requireCover(
    _ entries: [SafetensorsEntry], dataBytes: Int
  ) throws(SafetensorsError) {
    var covered = 0
    for entry in entries {
      let (begin, end) = (entry.dataOffsets.lowerBound, entry.dataOffsets.upperBound)
      guard begin <= covered else {
        throw .tensor(entry.name, .gap(begin: begin, expected: covered))
      }
      guard begin == covered else {
        throw .tensor(entry.name, .overlap(begin: begin, expected: covered))
      }
      guard end <= dataBytes else {
        throw .tensor(entry.name, .beyondFile(end: end, available: dataBytes))
      }
      covered = end
    }
    guard covered == dataBytes else { throw .tail(bytes: dataBytes &- covered) }
  }
}

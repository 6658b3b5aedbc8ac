/// What Photoshop and those who follow it keep beside a picture, above all IPTC's description.
///
/// Only resources stay that do not depend on pixels: IPTC, its digest, a copyright mark and an
/// address (Adobe's file format specification, image resource IDs).
package struct PhotoshopResources: Sendable, Equatable {
  package struct Resource: Sendable, Equatable {
    package let id: Int
    let data: [UInt8]
  }

  package private(set) var kept: [Resource] = []
  /// Those that were there and are not kept.
  private(set) var others: [Int] = []

  private static let signature = Array("8BIM".utf8)
  private static let iptcID = 0x0404
  private static let digestID = 0x0425
  private static let keptIDs: Set<Int> = [iptcID, digestID, 0x040A, 0x040B]
  private static let thumbnailIDs: Set<Int> = [0x0409, 0x040C]

  /// Nil when there is nothing to keep in the bytes and nothing known that would be lost.
  init?(_ bytes: [UInt8]) {
    var start = 0
    while start + 12 <= bytes.count, bytes[start..<start + 4].elementsEqual(Self.signature) {
      let id = Int(bytes[start + 4]) << 8 | Int(bytes[start + 5])
      // A name with its length, together of an even size.
      let sizeField = start + 6 + (Int(bytes[start + 6]) + 2) / 2 * 2
      guard sizeField + 4 <= bytes.count else { break }
      let size = bytes[sizeField..<sizeField + 4].reduce(0) { $0 << 8 | Int($1) }
      guard size <= bytes.count - sizeField - 4 else { break }
      add(id, Array(bytes[sizeField + 4..<sizeField + 4 + size]))
      start = sizeField + 4 + (size + 1) / 2 * 2
    }
    if kept.isEmpty, others.isEmpty { return nil }
  }

  /// - Parameter iptc: records of the Information Interchange Model.
  package init(iptc: [UInt8]) { kept = [Resource(id: Self.iptcID, data: iptc)] }

  private mutating func add(_ id: Int, _ data: [UInt8]) {
    if Self.keptIDs.contains(id), !kept.contains(where: { $0.id == id }) {
      kept.append(Resource(id: id, data: data))
    } else {
      others.append(id)
    }
  }

  var holdsThumbnail: Bool { others.contains(where: Self.thumbnailIDs.contains) }
  var holdsOtherThings: Bool { others.contains { !Self.thumbnailIDs.contains($0) } }

  package var iptc: [UInt8]? { kept.first { $0.id == Self.iptcID }?.data }

  /// The same with other records of IPTC.
  func with(iptc: [UInt8]) -> PhotoshopResources {
    var result = self
    result.kept.removeAll { [Self.iptcID, Self.digestID].contains($0.id) }
    result.kept.insert(Resource(id: Self.iptcID, data: iptc), at: 0)
    return result
  }

  /// As JPEG and TIFF store them.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for resource in kept {
      let size = resource.data.count
      bytes += Self.signature
      bytes += [UInt8(resource.id >> 8), UInt8(resource.id & 0xFF), 0, 0]
      bytes += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) }
      bytes += resource.data
      if size % 2 != 0 { bytes.append(0) }
    }
    return bytes
  }

  /// Without the records that name a place.
  func withoutLocation() -> PhotoshopResources {
    guard let iptc else { return self }
    let records = IPTC.withoutLocation(iptc)
    return records == iptc ? self : with(iptc: records)
  }
}

/// Records of IPTC's Information Interchange Model, version 4.
enum IPTC {
  static let mark: UInt8 = 0x1C
  /// Of record 2: content location's code and name, city, sublocation, state, country.
  private static let places: Set<UInt8> = [26, 27, 90, 92, 95, 100, 101]

  /// The records without places; none at all from where they make no sense.
  static func withoutLocation(_ bytes: [UInt8]) -> [UInt8] {
    var (result, start): ([UInt8], Int) = ([], 0)
    while start + 5 <= bytes.count, bytes[start] == mark {
      var (head, size) = (5, Int(bytes[start + 3]) << 8 | Int(bytes[start + 4]))
      if size >= 0x8000 {
        head += size & 0x7FFF
        guard head <= 9, start + head <= bytes.count else { break }
        size = bytes[start + 5..<start + head].reduce(0) { $0 << 8 | Int($1) }
      }
      guard size <= bytes.count - start - head else { break }
      let isPlace = bytes[start + 1] == 2 && places.contains(bytes[start + 2])
      if !isPlace { result += bytes[start..<start + head + size] }
      start += head + size
    }
    return result
  }
}

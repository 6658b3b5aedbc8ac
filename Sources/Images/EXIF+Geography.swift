/// GeoTIFF's tags among the others, which follow the size of the picture.
extension EXIF {
  private static let doubleType = 12

  /// Makes GeoTIFF's tags fit a picture that has become so many times as large.
  /// - Returns: false when they are there and say it in a way that is not known here; they are
  ///   gone then.
  mutating func scaleGeography(by factors: (x: Double, y: Double)) -> Bool {
    let entries = stream.directory(linkedAt: TagStream<[UInt8]>.firstLink)?.entries ?? []
    let tags = Set(entries.map(stream.tag)).intersection(Self.geographic)
    let pixels: Set<Int> = [Self.pixelScale, Self.tiePoints]
    let unmoved: Set<Int> = [0x87AF, 0x87B0, 0x87B1, 0xA480, 0xA481]
    guard tags.isSubset(of: pixels.union(unmoved)), !hasPointPixels(entries) || tags.isEmpty else {
      _ = removeGeography()
      return false
    }
    for entry in entries {
      switch stream.tag(entry) {
      case Self.pixelScale:
        change(entry, every: 3) { [$0[0] / factors.x, $0[1] / factors.y, $0[2]] }
      case Self.tiePoints:
        change(entry, every: 6) { [$0[0] * factors.x, $0[1] * factors.y] + $0.dropFirst(2) }
      default: break
      }
    }
    return true
  }

  /// Whether tie points mean the middle of pixels (GTRasterTypeGeoKey of RasterPixelIsPoint).
  private func hasPointPixels(_ entries: [Int]) -> Bool {
    guard let entry = entries.first(where: { stream.tag($0) == 0x87AF }),
      let value = stream.value(of: entry)
    else { return false }
    return stride(from: value.lowerBound, to: value.upperBound, by: 8).contains {
      stream.number(at: $0, size: 2) == 1025 && stream.number(at: $0 + 6, size: 2) == 2
    }
  }

  private mutating func change(_ entry: Int, every size: Int, _ body: ([Double]) -> [Double]) {
    guard let (type, count) = stream.kind(of: entry), type == Self.doubleType,
      let value = stream.value(of: entry), value.upperBound <= stream.bytes.count
    else { return }
    for start in stride(from: 0, through: count - size, by: size) {
      let places = (start..<start + size).map { value.lowerBound + 8 * $0 }
      let numbers = body(places.map(double))
      for (place, number) in zip(places, numbers) { write(number, at: place) }
    }
  }

  private func double(at place: Int) -> Double {
    let bits = stream.bytes.withUnsafeBytes {
      $0.loadUnaligned(fromByteOffset: place, as: UInt64.self)
    }
    return Double(bitPattern: stream.isBigEndian ? bits.bigEndian : bits.littleEndian)
  }

  private mutating func write(_ number: Double, at place: Int) {
    let bits = number.bitPattern
    withUnsafeBytes(of: stream.isBigEndian ? bits.bigEndian : bits.littleEndian) {
      stream.bytes.replaceSubrange(place..<place + 8, with: $0)
    }
  }
}

extension Metadata {
  /// See ``EXIF/scaleGeography(by:)``.
  mutating func scaleGeography(by factors: (Double, Double)) -> Bool {
    guard let block = exif, var changed = EXIF(block) else { return true }
    let isScaled = changed.scaleGeography(by: factors)
    exif = changed.bytes
    return isScaled
  }
}

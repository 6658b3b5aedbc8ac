import Tensors

/// Reads the header of a GGUF file from its begin on: whole numbers, little end first, and strings
/// with their lengths in front. Nothing is allocated for a length that was not checked against
/// what is left.
struct GGUFCursor {
  /// Bytes that are read from the source at once.
  private static let windowBytes = 1 << 18

  private let source: ByteSource
  /// Where the header must have ended: at the file's end, or at the largest header's.
  private let end: Int
  /// Offset in the file of what is read next.
  private(set) var offset = 0
  private var window: [UInt8] = []
  private var windowStart = 0

  init(_ source: ByteSource, limit: Int) {
    self.source = source
    end = min(source.byteCount, limit)
  }

  var remaining: Int { end - offset }

  mutating func number<Number: FixedWidthInteger>(
    _ type: Number.Type = Number.self, of place: GGUFPlace
  ) throws(GGUFError) -> Number {
    let bytes = try take(Number.bitWidth / 8, of: place)
    return Number(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(as: Number.self) })
  }

  /// A count of things of which each takes at least `size` bytes.
  mutating func count(of place: GGUFPlace, limit: Int, size: Int) throws(GGUFError) -> Int {
    let count = try number(UInt64.self, of: place)
    guard count <= limit else { throw .count(place, count, limit: limit) }
    guard Int(count) <= remaining / size else { throw .brokenOff(place) }
    return Int(count)
  }

  mutating func string(of place: GGUFPlace) throws(GGUFError) -> String {
    let length = try count(of: place, limit: GGUFLimits.stringBytes, size: 1)
    let bytes = try take(length, of: place)
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(place) }
    return text
  }

  /// The next `count` bytes.
  private mutating func take(_ count: Int, of place: GGUFPlace) throws(GGUFError) -> ArraySlice<
    UInt8
  > {
    guard count <= remaining else { throw .brokenOff(place) }
    if offset + count > windowStart + window.count { try refill(atLeast: count) }
    let start = offset - windowStart
    offset += count
    return window[start..<start + count]
  }

  private mutating func refill(atLeast count: Int) throws(GGUFError) {
    let size = min(max(count, Self.windowBytes), remaining)
    do throws(SafetensorsError) {
      window = try source.read(offset..<offset + size, alignment: 1).withBytes { [UInt8]($0) }
      windowStart = offset
    } catch {
      throw .reading(error)
    }
  }
}

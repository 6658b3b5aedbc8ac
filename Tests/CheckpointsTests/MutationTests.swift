import Checkpoints
import Tensors
import Testing

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// Changes bytes, words and numbers of a file, where they matter most.
struct Mutator {
  var random: SeededGenerator

  private static let numbers = [
    "0", "1", "4", "8", "00", "-1", "1e2", "1.0", "4294967296", "9223372036854775807",
    "9223372036854775808", "18446744073709551615", "18446744073709551616",
  ]
  private static let pieces = [
    "{", "}", "[", "]", "\"", ":", ",", " ", "\n", "\\", "\\u0061", "\\ud800", "null", "0", "9",
    "\u{e9}", "e\u{301}", "\"dtype\":\"F32\",", "\"__metadata__\":{},", "\0",
  ]

  /// Applies one to three changes.
  mutating func mutate(_ file: [UInt8]) -> [UInt8] {
    var bytes = file
    for _ in 0..<Int.random(in: 1...3, using: &random) where bytes.count > 9 {
      change(&bytes)
    }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    let place = Int.random(in: 8..<bytes.count, using: &random)
    let end = min(bytes.count, place + Int.random(in: 1...12, using: &random))
    switch Int.random(in: 0..<9, using: &random) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[place] = .random(in: 0...255, using: &random)
    case 2: bytes.removeSubrange(place..<end)
    case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 4: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random)!.utf8, at: place)
    case 5: bytes.swapAt(place, .random(in: 8..<bytes.count, using: &random))
    case 6: bytes[.random(in: 0..<8, using: &random)] = .random(in: 0...255, using: &random)
    case 7: bytes.removeLast(bytes.count - place)
    default: replaceNumber(&bytes, from: place)
    }
  }

  private mutating func replaceNumber(_ bytes: inout [UInt8], from place: Int) {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard let start = bytes[place...].firstIndex(where: digits.contains) else { return }
    let end = bytes[start...].firstIndex { !digits.contains($0) } ?? bytes.count
    let number = Self.numbers.randomElement(using: &random)!
    bytes.replaceSubrange(start..<end, with: number.utf8)
  }
}

@Suite struct MutationTests {
  private static let count = 24_000

  private static let seeds: [[UInt8]] = [
    bytes(hexadecimal: pypiFixture),
    fileBytes(
      Array("{\(member("a", "U8", "2,2")),\(member("b", "F32", "", 4, 8))}".utf8), Array(0..<8)),
    fileBytes(
      Array(
        "{\"__metadata__\":{\"k\":\"v\"},\(member("\u{e9}", "BF16", "2"))}".utf8), Array(0..<4)),
    fileBytes(
      Array("{\(member("x", "F4", "0,7", 0, 0)),\(member("y", "BOOL", "4"))} ".utf8),
      Array(0..<4)),
  ]

  /// A mutated file is refused with a one-line error or is good by independent checks.
  @Test func survivesMutations() throws {
    var mutator = Mutator(random: SeededGenerator(state: 2))
    var (accepted, refused) = (0, 0)
    for round in 0..<Self.count {
      let seed = Self.seeds[round % Self.seeds.count]
      // The length field follows the header's size half of the time.
      var mutated = mutator.mutate(seed)
      if round % 8 < 4, mutated.count >= seed.count - 20 {
        let dataBytes = seed.count - 8 - Int(seed[0]) - Int(seed[1]) << 8
        let header = mutated.dropFirst(8).dropLast(dataBytes)
        mutated = fileBytes(Array(header), Array(mutated.suffix(dataBytes)))
      }
      do throws(SafetensorsError) {
        let file = try openBytes(mutated)
        accepted += 1
        try check(file, size: mutated.count)
      } catch {
        refused += 1
        #expect(!error.description.contains("\n") && error.description.utf8.count < 1000)
      }
    }
    #expect(accepted + refused == Self.count)
    #expect(accepted > Self.count / 50 && refused > Self.count / 2, "\(accepted) accepted")
  }

  /// Checks that the entries tile the data, that all of them can be read, and that a header
  /// written from them is read as the same.
  private func check(_ file: SafetensorsFile, size: Int) throws(SafetensorsError) {
    var end = 0
    for entry in file.entries {
      let count = entry.shape.checkedCount
      #expect(entry.dataOffsets.lowerBound == end)
      #expect(count.map { $0 * entry.type.bitCount } == entry.dataOffsets.count * 8)
      #expect(try file.bytes(named: entry.name).byteCount == entry.dataOffsets.count)
      if entry.type.elementType != nil {
        #expect(try file.tensor(named: entry.name).floats.count == count)
      }
      end = entry.dataOffsets.upperBound
    }
    let header = Safetensors.encodeHeader(
      file.entries.map { ($0.name, $0.type, $0.shape) }, metadata: file.metadata)
    let again = try SafetensorsHeader(json: header, dataBytes: end)
    #expect(again == file.header)
    #expect(end < size)
  }
}

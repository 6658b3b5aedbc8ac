import Checkpoints
import Tensors
import Testing

@Suite struct GGUFTests {
  private static let fixture = bytes(hexadecimal: ggufFixture)

  private func open(_ bytes: [UInt8]) throws(GGUFError) -> GGUFFile {
    let storage = TensorStorage(byteCount: bytes.count) { memory in
      bytes.withUnsafeBytes { memory.copyMemory(from: $0) }
    }
    return try GGUFFile(storage: storage)
  }

  private func refusal(of bytes: [UInt8]) -> GGUFError? {
    do throws(GGUFError) {
      _ = try open(bytes)
      return nil
    } catch {
      return error
    }
  }

  /// The bytes of a header and its data.
  private struct Draft {
    var version: UInt32 = 3
    var tensorCount: UInt64?
    var metadataCount: UInt64?
    var metadata: [[UInt8]] = []
    var tensors: [[UInt8]] = []
    var data: [UInt8] = []

    var bytes: [UInt8] {
      var bytes = Array("GGUF".utf8) + little(version)
      bytes += little(tensorCount ?? UInt64(tensors.count))
      bytes += little(metadataCount ?? UInt64(metadata.count))
      for part in metadata + tensors { bytes += part }
      return bytes + [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32) + data
    }
  }

  private static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian, Array.init)
  }

  private static func string(_ text: String, length: UInt64? = nil) -> [UInt8] {
    little(length ?? UInt64(text.utf8.count)) + Array(text.utf8)
  }

  private static func tensor(
    _ name: String, _ extents: [UInt64] = [1], type: UInt32 = 0, offset: UInt64 = 0
  ) -> [UInt8] {
    string(name) + little(UInt32(extents.count)) + extents.flatMap(little) + little(type)
      + little(offset)
  }

  @Test func unpacksEveryTypeAsPyPIDoes() throws {
    let file = try open(Self.fixture)
    for name in ["q4_0", "q8_0", "q4_k", "q5_k", "q6_k"] {
      let (packed, plain) = (
        try file.tensor(named: name), try file.tensor(named: "\(name).float32")
      )
      #expect(packed.shape == plain.shape && packed.type == .f32)
      #expect(packed.floats.map(\.bitPattern) == plain.floats.map(\.bitPattern), "\(name)")
    }
  }

  @Test func readsOtherTypesAsTheyLie() throws {
    let file = try open(Self.fixture)
    let matrix = try file.tensor(named: "matrix")
    #expect(matrix.shape == [2, 3] && matrix.type == .f32)
    let half = try file.tensor(named: "half")
    #expect(half.type == .f16 && half.floats == matrix.floats.map { Float(Float16($0)) })
    let brain = try file.tensor(named: "brain")
    #expect(brain.type == .bf16)
    #expect(
      brain.floats.map(\.bitPattern) == matrix.floats.map { $0.bitPattern & 0xFFFF_0000 })
    #expect(try file.bytes(named: "q4_k").byteCount == 2 * 144)
  }

  @Test func readsMetadata() throws {
    let metadata = try open(Self.fixture).metadata
    let expected: [String: GGUFValue] = [
      "general.architecture": .string("llama"), "u8": .whole(200), "i8": .whole(-100),
      "u16": .whole(60000), "i16": .whole(-30000), "u32": .whole(4_000_000_000),
      "i32": .whole(-2_000_000_000), "u64": .whole(1 << 62), "i64": .whole(-1 << 62),
      "f32": .real(Double(0.1 as Float)), "f64": .real(0.1), "flag": .boolean(true),
      "text": .string("▁naïve 東京"), "tokens": .strings(["<s>", "▁a", "<0x0A>"]),
      "scores": .reals([0, -1.5, 2.25]), "types": .wholes([3, 1, 6]),
      "flags": .booleans([true, false]),
    ]
    #expect(metadata == expected)
  }

  @Test func isAWeightSource() throws {
    let checkpoint = Checkpoint(try open(Self.fixture))
    #expect(checkpoint.entry(named: "q6_k")?.type == .f32)
    #expect(checkpoint.entry(named: "half")?.type == .f16)
    #expect(try checkpoint.tensor(named: "q6_k").shape == [2, 256])
    #expect(try checkpoint.nonFiniteElements().isEmpty)
  }

  @Test func refusesEveryTruncation() throws {
    // The last tensor's twelve bytes may stand without their padding.
    let end = Self.fixture.count - 20
    for size in 0..<end { #expect(refusal(of: Array(Self.fixture[..<size])) != nil, "\(size)") }
    for size in end...Self.fixture.count {
      #expect(refusal(of: Array(Self.fixture[..<size])) == nil, "\(size)")
    }
    #expect(refusal(of: Self.fixture + [0]) == .tail(bytes: 21))
  }

  @Test func refusesFilesOfOtherKinds() {
    #expect(refusal(of: []) == .foreign(.empty))
    #expect(refusal(of: Array("<html></html>".utf8)) == .foreign(.webPage))
    for version: UInt32 in [0, 1, 4, 0x0300_0000] {
      #expect(refusal(of: Draft(version: version).bytes) == .version(version))
    }
  }

  @Test func refusesHostileCounts() {
    #expect(
      refusal(of: Draft(tensorCount: 1 << 40).bytes)
        == .count(.tensorCount, 1 << 40, limit: GGUFLimits.tensors))
    #expect(
      refusal(of: Draft(metadataCount: .max).bytes)
        == .count(.metadataCount, .max, limit: GGUFLimits.metadata))
    #expect(refusal(of: Draft(tensorCount: 1000).bytes) == .brokenOff(.tensorCount))
    let long = Draft(metadata: [Self.string("k", length: 1 << 63) + [0, 0, 0, 0, 0, 0]])
    #expect(refusal(of: long.bytes) == .count(.key, 1 << 63, limit: GGUFLimits.stringBytes))
    let array = Self.string("k") + Self.little(9 as UInt32) + Self.little(4 as UInt32)
    let place = GGUFPlace.value(key: "k")
    #expect(
      refusal(of: Draft(metadata: [array + Self.little(1 << 61 as UInt64)]).bytes)
        == .count(place, 1 << 61, limit: GGUFLimits.arrayElements))
    #expect(
      refusal(of: Draft(metadata: [array + Self.little(1 << 20 as UInt64)]).bytes)
        == .brokenOff(place))
  }

  @Test func refusesBadMetadata() {
    let whole = Self.string("k") + Self.little(0 as UInt32) + [1]
    #expect(refusal(of: Draft(metadata: [whole, whole]).bytes) == .key("k", .repeated))
    let unknown = Self.string("k") + Self.little(13 as UInt32) + [1]
    #expect(refusal(of: Draft(metadata: [unknown]).bytes) == .valueType(key: "k", 13))
    let nested = Self.string("k") + Self.little(9 as UInt32) + Self.little(9 as UInt32)
    #expect(refusal(of: Draft(metadata: [nested]).bytes) == .nestedArray(key: "k"))
    for alignment: UInt32 in [0, 3, 1 << 17, .max] {
      let pair =
        Self.string("general.alignment") + Self.little(4 as UInt32) + Self.little(alignment)
      #expect(
        refusal(of: Draft(metadata: [pair]).bytes)
          == .value(key: "general.alignment", expected: "a power of two up to 65536"))
    }
  }

  @Test func refusesBadTensors() {
    func fault(_ tensors: [UInt8]..., size: Int = 32) -> GGUFError? {
      refusal(of: Draft(tensors: tensors, data: [UInt8](repeating: 0, count: size)).bytes)
    }
    #expect(fault(Self.tensor("a"), size: 4) == nil)
    #expect(fault(Self.tensor("a"), Self.tensor("a", offset: 32), size: 64) == .key("a", .repeated))
    #expect(fault(Self.tensor("")) == .key("", .empty))
    #expect(
      fault(Self.tensor("a", [])) == .tensor("a", .rank(0, limit: 4)))
    #expect(
      fault(Self.tensor("a", [1, 1, 1, 1, 1])) == .tensor("a", .rank(5, limit: 4)))
    #expect(fault(Self.tensor("a", [2, 0])) == .tensor("a", .extent(0)))
    #expect(fault(Self.tensor("a", [1 << 63])) == .tensor("a", .extent(1 << 63)))
    #expect(fault(Self.tensor("a", [1 << 31, 1 << 31])) == .tensor("a", .countOverflow))
    #expect(fault(Self.tensor("a", type: 10)) == .tensor("a", .unreadType(10)))
    #expect(
      fault(Self.tensor("a", [33], type: 8)) == .tensor("a", .partialBlock(row: 33, .q8_0)))
    #expect(fault(Self.tensor("a", offset: 32)) == .tensor("a", .offset(32, expected: 0)))
    #expect(
      fault(Self.tensor("a"), Self.tensor("b", offset: 4)) == .tensor("b", .offset(4, expected: 32))
    )
    #expect(
      fault(Self.tensor("a", [1 << 40])) == .tensor("a", .beyondFile(end: 1 << 42, available: 32)))
    #expect(fault(Self.tensor("a"), size: 33) == .tail(bytes: 29))
  }
}

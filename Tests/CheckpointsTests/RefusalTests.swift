import Checkpoints
import JSON
import Testing

/// A header that breaks one rule. A `|` in the text marks the offset of the fault; it is no part
/// of the header.
struct Refusal: Sendable, CustomTestStringConvertible {
  let header: [UInt8]
  let dataBytes: Int
  let error: SafetensorsError

  init(_ text: String, dataBytes: Int = 4, _ error: SafetensorsError) {
    header = Array(text.utf8)
    self.dataBytes = dataBytes
    self.error = error
  }

  /// A departure from JSON, at the mark.
  init(
    _ text: String, in place: SafetensorsPlace = .tensor("a"), _ rule: JSONFault.Rule
  ) {
    let parts = text.split(separator: "|", omittingEmptySubsequences: false)
    let offset = parts[0].utf8.count
    self.init(parts.joined(), .json(JSONFault(rule: rule, offset: offset), in: place))
  }

  /// A tensor description that breaks a rule: `a`, after the member's opening brace.
  init(fields: String, dataBytes: Int = 4, _ fault: SafetensorsTensorFault) {
    self.init("{\"a\":{\(fields)}}", dataBytes: dataBytes, .tensor("a", fault))
  }

  var testDescription: String { error.description }
}

@Suite struct RefusalTests {
  @Test(arguments: Refusal.json + Refusal.fields + Refusal.keys + Refusal.layout)
  func refusesWithItsError(_ refusal: Refusal) {
    let file = fileBytes(refusal.header, [UInt8](repeating: 0, count: refusal.dataBytes))
    let error = CheckpointsTests.refusal(of: file)
    #expect(error == refusal.error)
    #expect(error?.description.contains("\n") == false)
    #expect((error?.description.utf8.count ?? 0) < 1000)
  }

  private static let lengths: [(UInt64, SafetensorsError)] = [
    (0, .headerLength(0)), (1, .headerLength(1)),
    (3, .headerBeyondFile(length: 3, available: 2)),
    (0x400_0000, .headerBeyondFile(length: 0x400_0000, available: 2)),
    (0x400_0001, .headerLength(0x400_0001)),
    (1 << 63, .headerLength(1 << 63)),
    (.max, .headerLength(.max)), (.max - 7, .headerLength(.max - 7)),
  ]

  @Test(arguments: lengths)
  func refusesALyingLength(_ length: UInt64, _ error: SafetensorsError) {
    #expect(refusal(of: fileBytes(Array("{}".utf8), length: length)) == error)
  }

  @Test(arguments: 1..<10) func refusesAFileWithoutAHeader(size: Int) {
    let bytes = [UInt8](repeating: 0, count: size)
    #expect(refusal(of: bytes) == .fileTooShort(bytes: size))
  }

  @Test func refusesInvalidUTF8() {
    for invalid: [UInt8] in [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]] {
      let header = Array("{\"a".utf8) + invalid + Array("\":1}".utf8)
      let fault = JSONFault(rule: .notUTF8, offset: 2)
      #expect(refusal(of: fileBytes(header)) == .json(fault, in: .header))
      let escaped = Array("{\"a\\n".utf8) + invalid + Array("\":1}".utf8)
      #expect(refusal(of: fileBytes(escaped)) == .json(fault, in: .header))
    }
  }

  @Test func namesTheFieldAndTheRule() {
    let header = "{\(member("conv.weight", "F16", "3,5", 0, 4))}"
    #expect(
      refusal(of: fileBytes(Array(header.utf8), [0, 0, 0, 0]))?.description
        == "not a valid safetensors file: tensor \"conv.weight\": "
        + "data_offsets span 4 bytes, shape and dtype need 30")
    let unprintable = "{\"a\\u0007\\u202e\(String(repeating: "b", count: 600))\":1}"
    #expect(
      refusal(of: fileBytes(Array(unprintable.utf8)))?.description
        == "not a valid safetensors file: tensor name \"a\\u{07}\\u{202E}"
        + "\(String(repeating: "b", count: 77))...\" has 605 bytes, more than 512")
  }
}

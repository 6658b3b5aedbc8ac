import Checkpoints
import Testing

@Suite struct LimitTests {
  private func header(tensors count: Int) -> [UInt8] {
    let members = (0..<count).map { member(String($0), "U8", "0", 0, 0) }
    return Array("{\(members.joined(separator: ","))}".utf8)
  }

  @Test func limitsTheTensors() throws {
    let limit = SafetensorsLimits.tensors
    #expect(limit == 200_000)
    #expect(try openBytes(fileBytes(header(tensors: limit))).entries.count == limit)
    #expect(refusal(of: fileBytes(header(tensors: limit + 1))) == .tooManyTensors(limit: limit))
  }

  @Test func limitsTheMetadata() throws {
    let limit = SafetensorsLimits.metadataKeys
    for count in [limit, limit + 1] {
      let pairs = (0..<count).map { "\"\($0)\":\"\"" }.joined(separator: ",")
      let error = refusal(of: fileBytes(Array("{\"__metadata__\":{\(pairs)}}".utf8)))
      #expect(error == (count > limit ? .tooManyMetadataKeys(limit: limit) : nil))
    }
  }

  @Test func limitsNames() throws {
    for (text, isGood) in [
      (String(repeating: "n", count: 512), true), (String(repeating: "\u{e9}", count: 257), false),
      ("a" + String(repeating: "\u{301}", count: 30), true),
    ] {
      let bytes = fileBytes(Array("{\(member(text))}".utf8), [0, 0, 0, 0])
      #expect((refusal(of: bytes) == nil) == isGood)
    }
  }

  /// Escapes do not make a string slower than its length.
  @Test func readsLongStrings() throws {
    let text = String(repeating: "\\n\\u00e9", count: 1 << 16)
    let bytes = fileBytes(Array("{\"__metadata__\":{\"a\":\"\(text)\"}}".utf8))
    #expect(try openBytes(bytes).metadata["a"]?.utf8.count == 3 << 16)
  }
}

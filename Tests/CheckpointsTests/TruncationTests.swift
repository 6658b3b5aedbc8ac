import Checkpoints
import Testing

@Suite struct TruncationTests {
  /// A file cut at any byte is refused, from memory and from disk alike.
  @Test func refusesEveryTruncation() throws {
    let whole = bytes(hexadecimal: pypiFixture)
    #expect(refusal(of: whole) == nil)
    try withFolder { folder in
      for size in whole.indices {
        let part = Array(whole.prefix(size))
        let error = try #require(refusal(of: part), "\(size) bytes")
        try writeBytes(part, to: folder.appending("part"))
        #expect(throws: error) { try SafetensorsFile(path: folder.appending("part")) }
      }
    }
  }

  /// A header cut at any byte is refused when its length field tells the truth, too.
  @Test func refusesEveryTruncatedHeader() throws {
    let whole = bytes(hexadecimal: pypiFixture)
    let json = whole.dropFirst(8).prefix(Int(whole[0]) + Int(whole[1]) << 8)
    let data = Array(whole.dropFirst(8 + json.count))
    let end = try #require(json.lastIndex(of: UInt8(ascii: "}")))
    for cut in json.indices {
      let error = refusal(of: fileBytes(Array(json[..<cut]), data))
      #expect((error == nil) == (cut > end), "\(cut)")
    }
  }

  @Test func refusesAnyByteMore() {
    let whole = bytes(hexadecimal: pypiFixture)
    #expect(refusal(of: whole + [0]) == .tail(bytes: 1))
    #expect(refusal(of: whole + whole) == .tail(bytes: whole.count))
  }
}

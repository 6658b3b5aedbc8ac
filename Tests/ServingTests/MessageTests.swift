import Forms
import Testing

@testable import Serving

/// What comes in requests, as clients write it and as nobody should.
@Suite struct MessageTests {
  @Test func queriesAreNamesAndValues() throws {
    let fields = try QueryString.fields("tile=5%2C6&tta&name=a+b%C3%BC&x=1=2&&y=")
    #expect(fields.map(\.name) == ["tile", "tta", "name", "x", "y"])
    #expect(fields.map(\.value) == ["5,6", "true", "a bü", "1=2", ""])
    for query in ["a=%", "a=%4", "a=%zz", "a=%ff"] {
      #expect(throws: FormFault.self) { try QueryString.fields(query) }
    }
  }

  private static func form(_ text: String, _ boundary: String = "b") throws -> MultipartForm? {
    try MultipartForm("multipart/form-data; boundary=\(boundary)", Array(text.utf8))
  }

  private static let whole = """
    preamble\r
    --b\r
    Content-Disposition: form-data; name="image"; filename="a;\\"b.png"\r
    Content-Type: image/png\r
    \r
    \r\n-\r\n--c\r
    --b\r
    content-disposition: form-data; name=tile\r
    \r
    64\r
    --b--\r\n
    """

  @Test func formsHaveParts() throws {
    let form = try #require(try Self.form(Self.whole))
    #expect(form.parts.map(\.name) == ["image", "tile"])
    #expect(form.parts.map(\.fileName) == ["a;\"b.png", nil])
    let contents = form.parts.map { String(decoding: $0.content, as: UTF8.self) }
    #expect(contents == ["\r\n-\r\n--c", "64"])
    #expect(try MultipartForm("image/png", [1]) == nil && MultipartForm(nil, [1]) == nil)
    let quoted = try MultipartForm("Multipart/Form-Data; boundary=\"b\"", Array(Self.whole.utf8))
    #expect(quoted?.parts.count == 2)
  }

  /// Whatever is missing of a form, and whatever is put in, is refused or read: nothing traps.
  @Test func formsThatAreNotWholeAreRefused() throws {
    let bytes = Array(Self.whole.utf8)
    let end = bytes.count - "--\r\n".utf8.count
    for count in 0..<end {
      #expect(throws: FormFault.self, "\(count) bytes") {
        try MultipartForm("multipart/form-data; boundary=b", Array(bytes.prefix(count)))
      }
    }
    var state: UInt32 = 7
    for _ in 0..<20_000 {
      var changed = bytes
      for _ in 0..<3 {
        state = state &* 1_664_525 &+ 1_013_904_223
        changed[Int(state >> 8) % changed.count] = UInt8(truncatingIfNeeded: state >> 3)
      }
      _ = try? MultipartForm("multipart/form-data; boundary=b", changed)
    }
    for type in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data;b"] {
      #expect(throws: FormFault.self) { try MultipartForm(type, bytes) }
    }
    let part = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"
    let many = String(repeating: part, count: 200)
    #expect(throws: FormFault.self) { try Self.form(many + "--b--") }
  }

  @Test func aPictureIsWhatIsCalledSo() throws {
    let type = [("Content-Type", "multipart/form-data; boundary=b")]
    var form = try RestorationForm(
      ServerRequest("POST", "/v1/restore?seed=3&model=m&bit_depth=8", type, Array(Self.whole.utf8)))
    #expect(form.file == Array("\r\n-\r\n--c".utf8) && form.model == "m")
    #expect(form.name == "a;\"b.png")
    #expect(form.options.map(\.name) == ["seed", "bit-depth", "tile"])
    form.rename("tile", "t")
    #expect(form.remove("seed") == "3" && form.options.map(\.name) == ["bit-depth", "t"])
    let raw = try RestorationForm(ServerRequest("POST", "/v1/restore?name=../x/y.png", [], [1, 2]))
    #expect(raw.file == [1, 2] && raw.name == "y.png" && raw.model == nil)
    #expect(throws: RequestFault.self) { try RestorationForm(ServerRequest("POST", "/", [])) }
  }
}

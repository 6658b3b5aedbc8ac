import Checkpoints
import Tensors
import Testing

@Suite struct WriterTests {
  private let half = HostTensor(
    shape: [3], type: .f16, storage: TensorStorage(byteCount: 6) { $0.copyBytes(from: 1...6) })

  @Test func writesWhatItReads() throws {
    let metadata = ["format": "pt", "note": "a\t\"b\"\\\u{1}\u{7f}é😀"]
    try withFolder { folder in
      let path = folder.appending("a.safetensors")
      try Safetensors.write(
        [
          ("half", half), ("b \"é\"", HostTensor([1, 2], [1.5, -2])),
          ("scalar", HostTensor([], [7])), ("nothing", HostTensor([4, 0], [])),
        ], metadata: metadata, to: path)
      let file = try SafetensorsFile(path: path)
      #expect(file.metadata == metadata)
      #expect(file.entries.map(\.name) == ["b \"é\"", "nothing", "scalar", "half"])
      #expect(try file.tensor(named: "b \"é\"").floats == [1.5, -2])
      #expect(try file.tensor(named: "scalar").shape == [])
      #expect(try file.tensor(named: "nothing").shape == [4, 0])
      #expect(try file.tensor(named: "half").withBytes(Array.init) == [1, 2, 3, 4, 5, 6])
      #expect(names(in: folder) == ["a.safetensors"])
    }
  }

  /// The layout: a length that is a multiple of 8, a header padded with spaces, the data.
  @Test func writesTheSameBytesAlways() throws {
    try withFolder { folder in
      let path = folder.appending("a")
      let json =
        "{\"__metadata__\":{\"a\":\"b\"},\(member("y", "F32", "1", 0, 4)),"
        + "\(member("x", "F16", "3", 4, 10))}"
      let header = json + String(repeating: " ", count: (8 - json.utf8.count % 8) % 8)
      let expected = fileBytes(Array(header.utf8), [0, 0, 0x80, 0x3f, 1, 2, 3, 4, 5, 6])
      for _ in 0..<2 {
        try Safetensors.write(
          [("x", half), ("y", HostTensor([1], [1]))], metadata: ["a": "b"], to: path)
        #expect(try readBytes(path) == expected)
      }
    }
  }

  @Test func refusesWhatItWouldNotRead() throws {
    let one = HostTensor([1], [1])
    let deep = one.reshaped([1, 1, 1, 1, 1, 1, 1, 1, 1])
    let cases: [([(String, HostTensor)], SafetensorsError)] = [
      ([("a", one), ("a", one)], .key("a", in: .tensor("a"), .repeated)),
      ([("", one)], .key("", in: .tensor(""), .empty)),
      ([("a\n", one)], .key("a\n", in: .tensor("a\n"), .unprintable)),
      ([("a", deep)], .tensor("a", .rank(limit: 8))),
    ]
    try withFolder { folder in
      for (tensors, error) in cases {
        #expect(throws: error) { try Safetensors.write(tensors, to: folder.appending("a")) }
      }
      #expect(throws: SafetensorsError.system(call: "open", code: 2)) {
        try Safetensors.write([("a", one)], to: folder.appending("absent/a"))
      }
      // A folder has the final name: the rename fails and the temporary file goes.
      #expect(throws: SafetensorsError.self) { try Safetensors.write([("a", one)], to: folder) }
      #expect(names(in: folder).isEmpty)
    }
  }
}

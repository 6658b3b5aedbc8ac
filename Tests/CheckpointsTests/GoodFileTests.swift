import Checkpoints
import Tensors
import Testing

@Suite struct GoodFileTests {
  private func checkFixture(_ file: SafetensorsFile) throws {
    #expect(file.metadata == ["format": "pt\n\"é\""])
    #expect(file.entries.count == 9)
    #expect(file.entry(named: "half")?.shape == [3, 3])
    #expect(file.entry(named: "absent") == nil)

    let weight = try file.tensor(named: "body.0.weight")
    #expect(weight.shape == [2, 3] && weight.type == .f32)
    #expect(weight.floats == [0, -1, 0.5, 0x1p-149, 3e38, 7])
    #expect(try file.tensor(named: "scalar").floats == [2.5])
    #expect(try file.tensor(named: "scalar").shape == [])
    #expect(try file.tensor(named: "nothing").floats.isEmpty)
    #expect(try file.tensor(named: "index").floats == [-0x1p31, 0x1p31])
    #expect(try file.bytes(named: "mask").withBytes(Array.init) == [1, 0, 1])
    #expect(try file.bytes(named: "café \"quoted\" \\ 😀").withBytes(Array.init) == [42])
  }

  @Test func readsWhatPyPIWroteFromMemory() throws {
    try checkFixture(openBytes(bytes(hexadecimal: pypiFixture)))
  }

  @Test func readsWhatPyPIWroteFromAFile() throws {
    try withFolder { folder in
      try writeBytes(bytes(hexadecimal: pypiFixture), to: folder.appending("a.safetensors"))
      try checkFixture(SafetensorsFile(path: folder.appending("a.safetensors")))
    }
  }

  @Test func convertsEdgeValuesOfHalfTypes() throws {
    let file = try openBytes(bytes(hexadecimal: pypiFixture))
    let half = try file.tensor(named: "half")
    #expect(half.type == .f16)
    #expect(
      half.floats.map(\.bitPattern)
        == [
          0, -0.0, 0x1p-24, 0x3ffp-24, 0x1p-14, 0x1.554p-2, 65504, .infinity, -.infinity,
        ].map { (value: Float) in value.bitPattern })
    let brain = try file.tensor(named: "brain")
    #expect(brain.type == .bf16)
    #expect(
      brain.floats.map(\.bitPattern)
        == [
          0, -0.0, 0x1p-133, 0x7fp-133, 0x1p-126, 0x1.56p-2, 0x1.fep127, .infinity, -.infinity,
        ].map { (value: Float) in value.bitPattern })
  }

  @Test func readsWholeNumbers() throws {
    let file = try openBytes(bytes(hexadecimal: pypiFixture))
    let name = "text_model.embeddings.position_ids"
    #expect(try file.tensor(named: name).type == .i64)
    #expect(try file.tensor(named: name).floats == [0, 1, 2, 3])
    #expect(try file.bytes(named: name).byteCount == 32)
    #expect(throws: SafetensorsError.noSuchTensor("absent")) { try file.tensor(named: "absent") }
    #expect(throws: SafetensorsError.noSuchTensor("absent")) { try file.bytes(named: "absent") }
  }

  @Test func unreadableTypesFailOnlyWhenRead() throws {
    let header = "{\(member("mask", "BOOL", "2", 0, 2))}"
    let file = try openBytes(fileBytes(Array(header.utf8), [1, 0]))
    #expect(file.entry(named: "mask")?.type == .bool)
    #expect(throws: SafetensorsError.unreadableType(tensor: "mask", .bool)) {
      try file.tensor(named: "mask")
    }
    #expect(try file.bytes(named: "mask").byteCount == 2)
  }

  /// Whitespace, member order, escapes, empty tensors and the order of entries are free.
  @Test func acceptsEveryFormOfAHeader() throws {
    let header = """
      {\t"b" : {"data_offsets":[ 4 , 8 ],\r\n"shape":[1],"dtype":"\\u00463\\u0032"},
      "__metadata__":{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t\\uD83D\\ude00\\u0000","é":""},
      \(member("a")),\(member("z", "F4", "0,3", 4, 4)),\(member("y", "F6_E2M3", "4,0", 8, 8))}
      """
    let file = try openBytes(fileBytes(Array((header + "   ").utf8), Array(0..<8)))
    #expect(file.entries.map(\.name) == ["a", "z", "b", "y"])
    #expect(file.metadata == ["a": "\"\\/\u{8}\u{c}\n\r\t😀\0", "é": ""])
    #expect(try file.bytes(named: "b").withBytes(Array.init) == [4, 5, 6, 7])
  }

  @Test func acceptsNoTensors() throws {
    #expect(try openBytes(fileBytes(Array("{}".utf8))).entries.isEmpty)
    let metadata = fileBytes(Array("{\"__metadata__\":{}}".utf8))
    #expect(try openBytes(metadata).metadata.isEmpty)
  }

  @Test(arguments: SafetensorsType.allCases) func acceptsEveryType(type: SafetensorsType) throws {
    let bytes = type.bitCount
    let header = "{\(member("a", type.rawValue, "2,4", 0, bytes))}"
    let file = try openBytes(fileBytes(Array(header.utf8), Array(repeating: 1, count: bytes)))
    #expect(file.entries.map(\.type) == [type])
    #expect(try file.bytes(named: "a").byteCount == bytes)
    if let elementType = type.elementType {
      #expect(SafetensorsType(elementType) == type)
      #expect(try file.tensor(named: "a").count == 8)
    }
  }

  /// Tensors borrow from memory where they are aligned, and are copied where they are not.
  @Test(arguments: 0..<4) func borrowsAlignedTensors(padding: Int) throws {
    let header = "{\(member("a", "I32", "2", 0, 8))}"
    let aligned = (64 - 8 - header.utf8.count % 64) % 8
    let spaces = String(repeating: " ", count: aligned + padding)
    let bytes = fileBytes(Array((header + spaces).utf8), [1, 0, 0, 0, 2, 0, 0, 0])
    let storage = TensorStorage(byteCount: bytes.count) { $0.copyBytes(from: bytes) }
    let tensor = try SafetensorsFile(storage: storage).tensor(named: "a")
    #expect(tensor.floats == [1, 2])
    let (start, end) = storage.withBytes { (UInt(bitPattern: $0.baseAddress), $0.count) }
    let address = tensor.withBytes { UInt(bitPattern: $0.baseAddress) }
    #expect((start..<start + UInt(end)).contains(address) == (padding == 0))
  }

  /// A tensor keeps the memory that it borrows from.
  @Test func borrowedTensorsOutliveTheFile() throws {
    func tensor() throws -> HostTensor {
      try openBytes(bytes(hexadecimal: pypiFixture)).tensor(named: "body.0.weight")
    }
    #expect(try tensor().floats.last == 7)
  }

  @Test func readsBytesThatLiveForever() throws {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: 10, alignment: 64)
    defer { copy.deallocate() }
    copy.copyBytes(from: fileBytes(Array("{}".utf8)))
    #expect(try SafetensorsFile(bytes: UnsafeRawBufferPointer(copy)).entries.isEmpty)
  }
}

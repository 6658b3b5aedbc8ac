import Checkpoints
import IR
import Tensors
import Testing

@Suite struct BindingTests {
  private let manifest = Manifest(entries: [
    .init(path: "a.weight", shape: [2, 3]), .init(path: "a.bias", shape: [2]),
    .init(path: "b.weight", shape: [4]),
  ])

  @Test func readsUnderAPrefix() throws {
    let file = try file([
      ("net.b.weight", .bf16, [4]), ("net.a.weight", .f32, [2, 3]), ("net.a.bias", .f16, [2]),
    ])
    let binding = try Binding(manifest, to: file, prefix: "net.")
    #expect(try binding.tensor("a.weight").shape == [2, 3])
    #expect(try binding.tensor("a.bias").type == .f16)
    #expect(binding.unused.isEmpty)
    #expect(throws: SafetensorsError.noSuchTensor("c")) { try binding.tensor("c") }
  }

  @Test func reportsEverythingAtOnce() throws {
    let file = try file([
      ("a.weight", .f32, [3, 2]), ("b.weight", .i64, [4]), ("c", .f32, []), ("d", .u8, [1]),
    ])
    let error = try #require(
      #expect(throws: BindingError.self) { try Binding(manifest, to: file) })
    #expect(
      error.details == [
        "a.bias [2] is missing",
        "a.weight has shape [3, 2], not [2, 3]",
        "b.weight has I64 elements",
        "c [] is not used",
        "d [1] is not used",
      ])
    #expect(
      "\(error)" == "the tensors do not fit the network: 1 missing, 1 mis-shaped, "
        + "1 of unreadable type, 2 unused; first: a.bias [2] is missing")
  }

  @Test func unusedTensorsPassWhenAllowed() throws {
    let file = try file([
      ("a.weight", .f32, [2, 3]), ("a.bias", .f32, [2]), ("b.weight", .f32, [4]),
      ("step", .i64, []),
    ])
    let error = #expect(throws: BindingError.self) { try Binding(manifest, to: file) }
    #expect(error?.details == ["step [] is not used"])
    let binding = try Binding(manifest, to: file, allowUnused: true)
    #expect(binding.unused == [.init(path: "step", shape: [])])
  }

  @Test func tensorsOutsideThePrefixAreUnused() throws {
    let file = try file([
      ("net.a.weight", .f32, [2, 3]), ("net.a.bias", .f32, [2]), ("net.b.weight", .f32, [4]),
      ("a.weight", .f32, [2, 3]),
    ])
    let error = #expect(throws: BindingError.self) {
      try Binding(manifest, to: file, prefix: "net.")
    }
    #expect(error?.difference.unused.map(\.path) == ["a.weight"])
  }

  /// A file in memory with zeros for elements.
  private func file(
    _ tensors: [(name: String, type: SafetensorsType, shape: Shape)]
  ) throws -> SafetensorsFile {
    let bits = tensors.reduce(0) { $0 + $1.shape.count * $1.type.bitCount }
    return try SafetensorsFile(tensors, data: [UInt8](repeating: 0, count: bits / 8))
  }
}

extension SafetensorsFile {
  /// A file in memory: the tensors' bytes back to back.
  init(
    _ tensors: [(name: String, type: SafetensorsType, shape: Shape)], data: [UInt8]
  ) throws {
    let header = Safetensors.encodeHeader(tensors)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    let bytes = length + header + data
    try self.init(
      storage: TensorStorage(byteCount: bytes.count) { memory in
        bytes.withUnsafeBytes { memory.copyMemory(from: $0) }
      })
  }

  /// A file in memory.
  init(_ tensors: [(name: String, tensor: HostTensor)]) throws {
    try self.init(
      tensors.map { ($0.name, SafetensorsType($0.tensor.type), $0.tensor.shape) },
      data: tensors.flatMap { $0.tensor.withBytes { [UInt8]($0) } })
  }
}

import Checkpoints
import Tensors
import Testing

@Suite struct NonFiniteTests {
  private func file(
    _ tensors: [(name: String, type: SafetensorsType, shape: Shape)], _ data: [UInt8]
  ) throws -> Checkpoint {
    let bytes = fileBytes(Safetensors.encodeHeader(tensors), data)
    return Checkpoint(try openBytes(bytes))
  }

  private func littleEndian<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
    numbers.flatMap { number in withUnsafeBytes(of: number.littleEndian) { [UInt8]($0) } }
  }

  @Test func countsThemInEveryType() throws {
    let single: [Float] = [1, .nan, -.infinity, .greatestFiniteMagnitude, .infinity, -.nan]
    let double: [Double] = [.signalingNaN, 0, .infinity]
    let data =
      littleEndian(double.map(\.bitPattern)) + littleEndian(single.map(\.bitPattern))
      + littleEndian([0x7C00, 0x7BFF, 0xFC01] as [UInt16])
      + littleEndian([0xFF80, 0x7F7F] as [UInt16]) + [0xFF, 0x7F]
    let checkpoint = try file(
      [
        ("double", .f64, [3]), ("single", .f32, [2, 3]), ("half", .f16, [3]), ("brain", .bf16, [2]),
        ("count", .i16, []),
      ], data)
    let found = try checkpoint.nonFiniteElements()
    #expect(found.map(\.tensor) == ["double", "single", "half", "brain"])
    #expect(found.map(\.nans) == [1, 2, 1, 0])
    #expect(found.map(\.infinities) == [1, 2, 1, 1])
    #expect(
      NonFiniteElements.summary(found)
        == "4 NaN and 5 infinities in 4 tensors; first: double has 1 NaN and 1 infinity, "
        + "single has 2 NaN and 2 infinities, half has 1 NaN and 1 infinity")
  }

  /// More than is read at once, at an address that is no multiple of the element.
  @Test func findsOneInTheLastPiece() throws {
    let count = 700_000
    var numbers = [Float](repeating: 0.5, count: count)
    let tensors: [(name: String, type: SafetensorsType, shape: Shape)] = [
      ("flag", .u8, [3]), ("weight", .f32, [count]),
    ]
    let sound = try file(tensors, [0, 0, 0] + littleEndian(numbers.map(\.bitPattern)))
    #expect(try sound.nonFiniteElements().isEmpty)
    #expect(NonFiniteElements.summary(try sound.nonFiniteElements()) == nil)
    numbers[count - 1] = .nan
    let broken = try file(tensors, [0, 0, 0] + littleEndian(numbers.map(\.bitPattern)))
    #expect(try broken.nonFiniteElements().map(\.description) == ["weight has 1 NaN"])
  }

  @Test func readsDoublesAsSingles() throws {
    let numbers: [Double] = [0.1, -1e300, .nan, 3]
    let file = try openBytes(
      fileBytes(
        Safetensors.encodeHeader([("a", .f64, [2, 2])]), littleEndian(numbers.map(\.bitPattern))))
    let tensor = try file.tensor(named: "a")
    #expect(tensor.type == .f32 && tensor.shape == [2, 2])
    #expect(tensor.floats.map(\.bitPattern) == numbers.map { Float($0).bitPattern })
  }
}

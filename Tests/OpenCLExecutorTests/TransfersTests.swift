import OpenCL
import Tensors
import Testing

@testable import OpenCLExecutor

/// Operands and results on their way through pinned memory.
@Suite struct TransfersTests {
  private static let devices = ((try? Device.all()) ?? []).filter(\.isCPU)

  /// What comes back of numbers that went to the device.
  private static func returned(
    _ numbers: [Float], _ device: Device, largestPiece: Int = 1 << 20
  ) throws -> [Float] {
    let context = try Context(device)
    let transfers = Transfers(
      context, try Queue(context), ProgramCache(context, folder: nil), family: .gpu,
      largestPiece: largestPiece)
    let buffer = try Buffer(context, byteCount: max(numbers.count * 4, 1))
    let shape: Shape = [numbers.count]
    try transfers.write(HostTensor(shape, numbers), to: buffer)
    return try HostTensor(shape) { try transfers.read(buffer, into: $0) }.floats
  }

  private static func pixels(_ largest: Int) -> [Float] {
    (0...largest).map { Float($0) / Float(largest) }
  }

  /// Every pixel of 8 and of 16 bits is, to the last bit, what the host makes of it.
  @Test(arguments: devices, [255, 65535])
  func pixelsArriveAsTheyWere(_ device: Device, _ largest: Int) throws {
    let pixels = Self.pixels(largest)
    #expect(try Self.returned(pixels, device).map(\.bitPattern) == pixels.map(\.bitPattern))
  }

  /// Pieces of one operand may take different forms.
  @Test(arguments: devices) func piecesMakeTheWhole(_ device: Device) throws {
    let numbers = Self.pixels(255) + Self.pixels(65535).prefix(300) + [.infinity, -1, -0.0, 0.3]
    let returned = try Self.returned(numbers, device, largestPiece: 400)
    #expect(returned.map(\.bitPattern) == numbers.map(\.bitPattern))
    #expect(try Self.returned([], device).isEmpty)
  }

  /// Numbers take the fewest bits that lose nothing of them.
  @Test func formsLoseNothing() {
    let black = [Float](repeating: 0, count: 1500)
    for numbers: [Float] in [[], black, [0, 1, 128.0 / 255]] { expect(.eightBits, of: numbers) }
    expect(.sixteenBits, of: [0, 1.0 / 65535])
    for number: Float in [0.5, -0.0, .nan, .infinity, 256.0 / 255, -1.0 / 255] {
      expect(.floats, of: [0, number])
      expect(.floats, of: black + [number])
    }
  }

  private func expect(_ samples: Samples, of numbers: [Float]) {
    #expect(numbers.withUnsafeBufferPointer { Samples(holding: $0) } == samples, "\(numbers)")
  }
}

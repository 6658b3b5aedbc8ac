/// The forms in which numbers travel to a device, the one of fewest bits first. Those of fewer than
/// 32 are what pixels of files are: whole multiples of a part of 1.
enum Samples: CaseIterable {
  case eightBits, sixteenBits, floats

  /// The first that holds these numbers as they are, to the last bit.
  init(holding numbers: UnsafeBufferPointer<Float>) {
    self = Self.allCases.first { $0.hold(numbers) } ?? .floats
  }

  var byteCount: Int {
    switch self {
    case .eightBits: 1
    case .sixteenBits: 2
    case .floats: 4
    }
  }

  /// What makes numbers of them on the device; nil where they are numbers.
  var program: ProgramText? {
    let type =
      switch self {
      case .eightBits: "uchar"
      case .sixteenBits: "ushort"
      case .floats: nil as String?
      }
    guard let type else { return nil }
    var program = ProgramText(file: Self.file)
    program.define("SAMPLE", type)
    program.define("LARGEST", "\(largest)f")
    return program
  }

  static let file = "gpu/samples"

  /// Numbers tested at a time before the rest of them is.
  private static let block = 1024

  /// The number of steps from 0 to 1.
  private var largest: Float {
    switch self {
    case .eightBits: 255
    case .sixteenBits: 65535
    case .floats: 1
    }
  }

  private func hold(_ numbers: UnsafeBufferPointer<Float>) -> Bool {
    guard self != .floats else { return true }
    let (largest, mask) = (largest, UInt32(largest))
    return stride(from: 0, to: numbers.count, by: Self.block).allSatisfy { start in
      var differences: UInt32 = 0
      for i in start..<min(start + Self.block, numbers.count) {
        let sample = Self.step(numbers[i], largest) & mask
        differences |= (Float(sample) / largest).bitPattern ^ numbers[i].bitPattern
      }
      return differences == 0
    }
  }

  /// Writes numbers that these samples hold.
  /// - Precondition: there is room for as many.
  func write(_ numbers: UnsafeBufferPointer<Float>, to memory: UnsafeMutableRawBufferPointer) {
    switch self {
    case .eightBits:
      let samples = memory.bindMemory(to: UInt8.self)
      for i in numbers.indices {
        samples[i] = UInt8(truncatingIfNeeded: Self.step(numbers[i], largest))
      }
    case .sixteenBits:
      let samples = memory.bindMemory(to: UInt16.self)
      for i in numbers.indices {
        samples[i] = UInt16(truncatingIfNeeded: Self.step(numbers[i], largest))
      }
    case .floats: memory.copyMemory(from: UnsafeRawBufferPointer(numbers))
    }
  }

  /// The nearest step of a number in [0, 1]; of others any bits. Adding 2^23 leaves it in the low
  /// bits of the float, so that nothing can trap.
  @inline(__always)
  private static func step(_ number: Float, _ largest: Float) -> UInt32 {
    (number * largest + 8_388_608).bitPattern
  }
}

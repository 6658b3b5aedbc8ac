import OpenCL
import Synchronization
import Tensors

/// The way of operands to a queue's device and of results back: straight where the host's memory is
/// the device's, else through pinned memory, which is kept for the next run.
final class Transfers: Sendable {
  private let context: Context
  private let queue: Queue
  private let programs: ProgramCache
  private let isStaged: Bool
  private let largestPiece: Int
  /// One for each direction.
  private let up = Mutex(Staging())
  private let down = Mutex(Staging())

  /// - Parameters:
  ///   - family: that of GPUs is staged.
  ///   - largestPiece: bytes of numbers that are pinned for a direction at most; what is larger
  ///     goes piece by piece.
  init(
    _ context: Context, _ queue: Queue, _ programs: ProgramCache, family: KernelFamily,
    largestPiece: Int = 64 << 20
  ) {
    (self.context, self.queue, self.programs) = (context, queue, programs)
    self.largestPiece = largestPiece
    isStaged =
      switch family {
      case .cpu: false
      case .gpu: true
      }
  }

  /// Gives an operand to the device, before anything that is enqueued later.
  func write(_ operand: HostTensor, to buffer: Buffer) throws {
    guard operand.type == .f32 else {
      return try operand.floats.withUnsafeBufferPointer { try write($0, to: buffer) }
    }
    try operand.withBytes { try write($0.bindMemory(to: Float.self), to: buffer) }
  }

  private func write(_ numbers: UnsafeBufferPointer<Float>, to buffer: Buffer) throws {
    guard isStaged else { return try queue.write(UnsafeRawBufferPointer(numbers), to: buffer) }
    try up.withLock { staging in
      for piece in pieces(numbers.count) {
        try write(
          UnsafeBufferPointer(rebasing: numbers[piece]), to: buffer, from: piece.lowerBound,
          through: &staging)
      }
    }
  }

  private func write(
    _ numbers: UnsafeBufferPointer<Float>, to buffer: Buffer, from first: Int,
    through staging: inout Staging
  ) throws {
    let samples = Samples(holding: numbers)
    let byteCount = numbers.count * samples.byteCount
    let pinned = try staging.buffer(context, byteCount)
    let memory = try queue.map(pinned, byteCount: byteCount)
    samples.write(numbers, to: memory)
    try queue.unmap(memory, from: pinned)
    guard let program = samples.program else {
      return try queue.copy(pinned, to: buffer, at: first * 4, byteCount: byteCount)
    }
    let kernel = try staging.kernel(samples) {
      let source = KernelLibrary.source(program.file, definitions: program.definitions)
      return try Kernel(try programs.program(source), "samples")
    }
    try kernel.set(0, pinned)
    try kernel.set(1, buffer)
    try kernel.set(2, Int64(first))
    try kernel.set(3, Int32(numbers.count))
    let group = min(64, context.device.largestWorkGroup)
    try queue.launch(kernel, global: [roundUp(numbers.count, to: group)], local: [group])
  }

  /// Waits for everything enqueued and takes the start of a buffer.
  func read(_ buffer: Buffer, into numbers: UnsafeMutableBufferPointer<Float>) throws {
    guard isStaged else {
      return try queue.read(buffer, into: UnsafeMutableRawBufferPointer(numbers))
    }
    try down.withLock { staging in
      for piece in pieces(numbers.count) {
        let (first, byteCount) = (piece.lowerBound * 4, piece.count * 4)
        let pinned = try staging.buffer(context, byteCount)
        try queue.copy(buffer, from: first, to: pinned, byteCount: byteCount)
        let memory = try queue.map(pinned, byteCount: byteCount, for: .reading)
        UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: numbers[piece]))
          .copyMemory(from: UnsafeRawBufferPointer(memory))
        try queue.unmap(memory, from: pinned)
      }
    }
  }

  private func pieces(_ count: Int) -> [Range<Int>] {
    let length = largestPiece / 4
    return stride(from: 0, to: count, by: length).map { $0..<min($0 + length, count) }
  }
}

/// Pinned memory for one direction, as large as its largest piece was, and what unpacks it.
private struct Staging {
  private var pinned: Buffer?
  private var kernels: [Samples: Kernel] = [:]

  mutating func buffer(_ context: Context, _ byteCount: Int) throws -> Buffer {
    if let pinned, pinned.byteCount >= byteCount { return pinned }
    pinned = nil
    let buffer = try Buffer(pinned: context, byteCount: byteCount)
    pinned = buffer
    return buffer
  }

  mutating func kernel(_ samples: Samples, make: () throws -> Kernel) rethrows -> Kernel {
    if let kernel = kernels[samples] { return kernel }
    let kernel = try make()
    kernels[samples] = kernel
    return kernel
  }
}

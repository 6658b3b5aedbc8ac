/// PyTorch's CUDA generator: the values of `torch.manual_seed(seed)` and `torch.randn` on a CUDA
/// device, to the accuracy of the GPU's fast sine and cosine (about 1e-6).
///
/// The kernel strides over the values with all its threads. A thread is a subsequence of the Philox
/// stream and makes four values at a time, one thread count apart. Up to ``maximumThreads`` values
/// there is a thread for each, so only larger draws depend on the kind of GPU.
package struct CUDAGenerator: NormalStream {
  /// Threads of a block of PyTorch's kernel.
  private static let blockSize = 256

  private let philox: Philox
  private let maximumThreads: Int
  /// Blocks of four words that earlier draws used up in every subsequence.
  private var offset: UInt64 = 0

  /// - Parameters:
  ///   - seed: all 64 bits count.
  ///   - multiprocessors: of the GPU that is followed; an A100 has 108.
  ///   - threadsPerMultiprocessor: that it can hold; an A100 2048.
  package init(seed: UInt64, multiprocessors: Int = 108, threadsPerMultiprocessor: Int = 2048) {
    philox = Philox(key: seed)
    let blocks = threadsPerMultiprocessor / Self.blockSize
    maximumThreads = max(multiprocessors * blocks, 1) * Self.blockSize
  }

  package mutating func fill(_ values: UnsafeMutableBufferPointer<Float>) {
    guard !values.isEmpty else { return }
    let blocks = (values.count + Self.blockSize - 1) / Self.blockSize
    let threads = min(blocks * Self.blockSize, maximumThreads)
    let rounds = (values.count - 1) / (threads * 4) + 1
    for round in 0..<rounds {
      for thread in 0..<min(threads, values.count) {
        let normals = philox(counter(offset &+ UInt64(round), thread)).normals
        for lane in 0..<4 {
          let index = (round * 4 + lane) * threads + thread
          if index < values.count { values[index] = normals[lane] }
        }
      }
    }
    offset &+= UInt64(rounds)
  }

  private func counter(_ offset: UInt64, _ subsequence: Int) -> Philox.Block {
    let subsequence = UInt64(subsequence)
    return [
      UInt32(truncatingIfNeeded: offset), UInt32(truncatingIfNeeded: offset >> 32),
      UInt32(truncatingIfNeeded: subsequence), UInt32(truncatingIfNeeded: subsequence >> 32),
    ]
  }
}

import Tensors

/// What the numbers of a frame stand for.
struct SampleRange {
  private let isFull: Bool
  private let step: Float
  private let largest: Float

  init(_ format: FrameFormat) {
    isFull = format.isFullRange
    step = Float(1 << (format.bits - 8))
    largest = Float(1 << format.bits - 1)
  }

  func luma(_ sample: Float) -> Float {
    isFull ? sample / largest : (sample - 16 * step) / (219 * step)
  }

  func chroma(_ sample: Float) -> Float {
    (sample - 128 * step) / (isFull ? largest : 224 * step)
  }

  func sample(luma: Float) -> UInt16 {
    rounded(isFull ? luma * largest : luma * 219 * step + 16 * step)
  }

  func sample(chroma: Float) -> UInt16 {
    rounded(chroma * (isFull ? largest : 224 * step) + 128 * step)
  }

  /// To what a sample can be; NaN becomes 0.
  private func rounded(_ value: Float) -> UInt16 {
    value > 0 ? UInt16(min(value, largest).rounded()) : 0
  }
}

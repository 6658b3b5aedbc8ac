import IR
import Tensors

extension Operands {
  /// Declares a feature map (N, `channels`, H, W).
  func map(_ name: String, channels: Int) -> Tensor {
    let map = self(name, rank: 4)
    return map.channels == channels
      ? map : refuse(name, map, "the operand must have \(channels) channels")
  }

  /// Declares a sequence (N, T, `features`), as PyTorch lays it out, and returns it as tokens
  /// (N, `features`, T, 1).
  func tokens(_ name: String, features: Int) -> Tensor {
    let sequence = self(name, rank: 3)
    guard sequence.shape.extents.last == features else {
      return refuse(name, sequence, "the operand must have \(features) features")
    }
    return sequence.transposed(0, 2, 1).reshaped(sequence.shape[0], features, sequence.shape[1], 1)
  }

  /// Declares a number for all images, [] or [1], or one for each, [N]; returns (1 or N, 1).
  func numbers(_ name: String, batch: Int) -> Tensor {
    let numbers = self(name, ranks: 0...1)
    guard [1, batch].contains(numbers.shape.count) else {
      return refuse(name, numbers, "the operand must hold one number, or one for each image")
    }
    return numbers.reshaped(numbers.shape.count, 1)
  }
}

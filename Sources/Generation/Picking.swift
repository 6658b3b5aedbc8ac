import IR
import Tensors

extension Tensor {
  /// The rows and columns of these numbers, (1, 1, H', 1) and (1, 1, W', 1), of all maps.
  package func picking(rows: Tensor, columns: Tensor) -> Tensor {
    picking(rows: rows).picking(columns: columns)
  }

  /// The rows of these numbers, (1, 1, H', 1), of all maps.
  package func picking(rows: Tensor) -> Tensor {
    transposed(0, 1, 3, 2).picking(columns: rows).transposed(0, 1, 3, 2)
  }

  /// The columns of these numbers, (1, 1, W', 1), of all maps.
  package func picking(columns: Tensor) -> Tensor {
    reshaped(1, batch * channels * height, width, 1).apply(.gather(Gather()), [columns])
      .reshaped(batch, channels, height, columns.height)
  }
}

/// A part of an axis, as operands of ``Tensor/picking(rows:columns:)``.
extension Range<Int> {
  /// What cuts the part out of the axis.
  package var picked: HostTensor { .column(map { Float($0) }) }

  /// What puts the part at its place in an axis of this length: for each element the nearest one of
  /// the part.
  package func placed(in length: Int) -> HostTensor {
    .column((0..<length).map { Float(Swift.min(Swift.max($0 - lowerBound, 0), count - 1)) })
  }
}

extension HostTensor {
  /// (1, 1, count, 1)
  package static func column(_ values: [Float]) -> HostTensor {
    HostTensor([1, 1, values.count, 1], values)
  }
}

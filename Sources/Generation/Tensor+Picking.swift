import IR

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

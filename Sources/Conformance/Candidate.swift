import IR
import Tensors

/// An executor with the dtype that decides its tolerance.
package struct Candidate: Sendable, CustomStringConvertible {
  package let executor: any Executor
  package let dtype: DType

  package init(_ executor: any Executor, _ dtype: DType) {
    self.executor = executor
    self.dtype = dtype
  }

  /// As it appears in reports: `reference f32`.
  package var description: String { "\(executor.name) \(dtype)" }
}

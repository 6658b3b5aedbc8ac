import Tensors

extension [[String: HostTensor]] {
  /// Operands of the same names, (1, ...) each or more, one after the other.
  /// - Precondition: there are some.
  package var stacked: [String: HostTensor] {
    self[0].reduce(into: [:]) { stacked, first in
      stacked[first.key] = HostTensor.stacking(map { $0[first.key]! })
    }
  }
}

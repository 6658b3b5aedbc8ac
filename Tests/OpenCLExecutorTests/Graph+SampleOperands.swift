import Conformance
import IR
import Tensors

extension Graph {
  /// Activations for its operands, the same in every run.
  var sampleOperands: [String: HostTensor] {
    Dictionary(
      uniqueKeysWithValues: inputs.map {
        ($0.name, SeededStream(named: $0.name).tensor($0.shape, .activation))
      })
  }
}

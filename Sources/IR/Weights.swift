import Tensors

/// An address in a checkpoint, spelled as the checkpoint spells it: `w.encoders[2][0].conv1`.
@dynamicMemberLookup
package struct Weights {
  let trace: Trace
  package let path: String

  init(trace: Trace, path: String) {
    self.trace = trace
    self.path = path
  }

  package subscript(dynamicMember name: String) -> Weights { self[name] }

  package subscript(name: String) -> Weights {
    Weights(trace: trace, path: path.isEmpty ? name : path + "." + name)
  }

  package subscript(index: Int) -> Weights { self[String(index)] }

  /// Declares the parameter at this address with its shape.
  package func callAsFunction(_ extents: Int...) -> Tensor { self(Shape(extents)) }

  package func callAsFunction(_ shape: Shape) -> Tensor { trace.weight(path, shape) }
}

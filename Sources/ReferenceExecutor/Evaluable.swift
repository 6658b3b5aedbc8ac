import IR
import Tensors

/// An op that can compute its result from its operands.
protocol Evaluable {
  /// Writes every element of `result`, whose shape the op's rule has derived.
  func evaluate(_ operands: [Source], into result: Destination)
}

/// A float32 tensor that an op reads; its elements are taken as double.
struct Source: @unchecked Sendable {
  let shape: Shape
  let elements: UnsafeBufferPointer<Float>

  subscript(index: Int) -> Double { Double(elements[index]) }
}

/// A float32 tensor that an op writes; it rounds what is stored. Threads write disjoint elements.
struct Destination: @unchecked Sendable {
  let shape: Shape
  let elements: UnsafeMutableBufferPointer<Float>

  func store(_ value: Double, at index: Int) { elements[index] = Float(value) }
}

extension Evaluable {
  func evaluated(on tensors: [HostTensor], shape: Shape) -> HostTensor {
    HostTensor(shape) { elements in
      let result = Destination(shape: shape, elements: elements)
      withSources(tensors[...]) { evaluate($0, into: result) }
    }
  }
}

/// Opens the tensors one after the other and calls `body` with all of them.
private func withSources(
  _ tensors: ArraySlice<HostTensor>, after opened: [Source] = [], _ body: ([Source]) -> Void
) {
  guard let first = tensors.first else { return body(opened) }
  first.withBytes { bytes in
    let source = Source(shape: first.shape, elements: bytes.bindMemory(to: Float.self))
    withSources(tensors.dropFirst(), after: opened + [source], body)
  }
}

import IR
import Tensors

/// Parameters in the form that some kernels want.
struct PackedParameters: Hashable {
  let values: [Graph.Value]
  let form: String
}

extension Lowering {
  /// A parameter as kernels want it, once for each purpose.
  /// - Parameters:
  ///   - count: of the elements that are written.
  ///   - isFloat: whether they are float32 whatever the storage type is.
  ///   - pack: writes every element.
  func constant(
    _ value: Graph.Value, purpose: String, count: Int, isFloat: Bool = false,
    pack: @escaping @Sendable (Elements, PackedElements) -> Void
  ) -> Storage {
    constant([value], purpose: purpose, count: count, isFloat: isFloat, pack: pack)
  }

  /// Parameters one after the other, as kernels want them.
  func constant(
    _ values: [Graph.Value], purpose: String, count: Int, isFloat: Bool = false,
    pack: @escaping @Sendable (Elements, PackedElements) -> Void
  ) -> Storage {
    let (weights, dtype) = (weights, isFloat ? .f32 : target.dtype)
    return constant(values, form: "\(purpose) \(dtype) \(count)") { parameters in
      Constant(count, dtype: dtype) { target in
        let tensors = try parameters.map { try weights.tensor($0, shape: $1) }
        if let only = tensors.first, tensors.count == 1 {
          return only.withElements { pack($0, target) }
        }
        let joined = tensors.flatMap { $0.withElements { all in (0..<all.count).map { all[$0] } } }
        joined.withUnsafeBytes { pack(Elements($0, .f32), target) }
      }
    }
  }

  /// A quantised matrix as kernels want it.
  /// - Parameters:
  ///   - form: how that is, as no other constant of the matrix is.
  ///   - make: what writes it, given what reads rows of its blocks.
  func constant(
    quantised value: Graph.Value, form: String,
    make: (_ rows: @escaping @Sendable (Range<Int>) throws -> BlockTensor) -> Constant
  ) -> Storage {
    let weights = weights
    return constant([value], form: form) { parameters in
      let (path, shape) = parameters[0]
      return make { try weights.blocks(path, rows: $0, of: shape) }
    }
  }

  /// A constant of these parameters, once for each form, under a name by which plans share it.
  private func constant(
    _ values: [Graph.Value], form: String,
    make: (_ parameters: [(path: String, shape: Shape)]) -> Constant
  ) -> Storage {
    let key = PackedParameters(values: values, form: form)
    if let known = packed[key] { return known }
    let parameters = values.map { value in
      guard case .weight(let path) = graph[value].op else {
        preconditionFailure("only parameters are packed")
      }
      return (path: path, shape: graph[value].shape)
    }
    var constant = make(parameters)
    constant.name = parameters.map(\.path).joined(separator: " ") + " as " + form
    let storage = self.constant(constant)
    packed[key] = storage
    return storage
  }

  /// Float32 zeros.
  func zeros(_ count: Int) -> Storage {
    if let known = zeroVectors[count] { return known }
    let storage = constant(Constant([Float](repeating: 0, count: count)))
    zeroVectors[count] = storage
    return storage
  }

  func constant(_ constant: Constant) -> Storage {
    constants.append(constant)
    return .constant(constants.count - 1)
  }

  /// A parameter's elements in the given placement: float32 where it is dense, otherwise in the
  /// storage type.
  func constant(_ value: Graph.Value, as placement: Placement) -> Storage {
    let count = placement.rows * placement.lanes
    let isDense = placement.isDense
    return constant(
      value, purpose: "\(placement)", count: count, isFloat: isDense
    ) { elements, target in
      if isDense {
        for index in 0..<count { target[index] = elements[index] }
      } else {
        Self.pack(elements, placement, into: target)
      }
    }
  }

  private static func pack(
    _ elements: Elements, _ placement: Placement, into target: PackedElements
  ) {
    target.clear()
    let strides = placement.shape.strides
    let order = placement.order
    let extents = order.map { placement.shape[$0] }
    var coordinates = [Int](repeating: 0, count: order.count)
    for index in 0..<elements.count {
      let source = zip(coordinates, order).reduce(0) { $0 + $1.0 * strides[$1.1] }
      let channel = coordinates[order.count - 1]
      target[index / placement.channels * placement.lanes + placement.lane(of: channel)] =
        elements[source]
      advance(&coordinates, extents)
    }
  }

  private static func advance(_ coordinates: inout [Int], _ extents: [Int]) {
    for axis in extents.indices.reversed() {
      coordinates[axis] += 1
      if coordinates[axis] < extents[axis] { return }
      coordinates[axis] = 0
    }
  }
}

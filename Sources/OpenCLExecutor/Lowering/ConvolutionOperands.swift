import IR
import Tensors

extension Lowering {
  /// The weights and the bias of a dense convolution, packed for its columns.
  /// - Parameters:
  ///   - mates: convolutions whose columns follow.
  ///   - isPadded: whether weights go with all lanes of the operand, or with its channels alone.
  ///   - packing: how the kernel wants panels [panel][tap][depth][column]; nil: as they are.
  func packed(
    _ node: Graph.Value, joining mates: [Graph.Value] = [], _ map: ColumnMap, operand: Placement,
    tag: String, isPadded: Bool, packing: ((ColumnMap.Filters) -> PanelPacking)? = nil
  ) -> (weights: Storage, bias: Storage) {
    let shape = Convolution.filters(graph[graph[node].operands[1]].shape)
    let filters = ColumnMap.Filters(
      map, inputs: shape[1], taps: shape[2] * shape[3], operand: operand, isPadded: isPadded)
    let packing = packing?(filters)
    let joined = mates.isEmpty ? "" : " with \(mates.count)"
    let purpose = "\(tag) \(packing?.name ?? "") \(operand.form) \(map.name)\(joined)"
    let count = packing?.count ?? filters.count
    let values = ([node] + mates).map { graph[$0].operands[1] }
    let weights = constant(values, purpose: purpose, count: count) { elements, target in
      filters.pack(elements, into: target)
      packing?.apply(target)
    }
    guard !mates.isEmpty else { return (weights, bias(of: node, map, purpose: purpose)) }
    return (weights, joinedBias(of: [node] + mates, map, purpose: purpose))
  }

  /// The biases of convolutions one after the other, zeros for those that have none.
  private func joinedBias(
    of nodes: [Graph.Value], _ map: ColumnMap, purpose: String
  ) -> Storage {
    let count = map.channels.count
    let own = nodes.map { (graph[$0].shape[1], graph[$0].operands.dropFirst(2).first) }
    let values = own.compactMap(\.1)
    guard !values.isEmpty else { return zeros(count) }
    return constant(values, purpose: "bias " + purpose, count: count, isFloat: true) {
      elements, target in
      var (joined, next) = ([Float](), 0)
      for (channels, bias) in own {
        joined += (0..<channels).map { bias == nil ? 0 : elements[next + $0] }
        next += bias == nil ? 0 : channels
      }
      joined.withUnsafeBytes { map.pack(Elements($0, .f32), into: target) }
    }
  }

  /// The bias of a convolution for its columns as float32, zeros when it has none.
  func bias(of node: Graph.Value, _ map: ColumnMap, purpose: String) -> Storage {
    bias(of: node, purpose: purpose, count: map.channels.count) { map.pack($0, into: $1) }
  }

  private func bias(
    of node: Graph.Value, purpose: String, count: Int,
    pack: @escaping @Sendable (Elements, PackedElements) -> Void
  ) -> Storage {
    let operands = graph[node].operands
    guard operands.count == 3 else { return zeros(count) }
    return constant(
      operands[2], purpose: "bias " + purpose, count: count, isFloat: true, pack: pack)
  }

  /// Depthwise filters as [tap][lane] and biases by lane, in float32.
  func packedDepthwise(
    _ node: Graph.Value, _ source: Placement
  ) -> (weights: Storage, bias: Storage) {
    let filter = graph[node].operands[1]
    let taps = graph[filter].shape.count / graph[filter].shape[0]
    let purpose = "depthwise \(source)"
    let weights = constant(
      filter, purpose: purpose, count: taps * source.lanes, isFloat: true
    ) { elements, target in
      for tap in 0..<taps {
        source.pack(into: target[tap * source.lanes..<(tap + 1) * source.lanes]) {
          elements[$0 * taps + tap]
        }
      }
    }
    let bias = bias(of: node, purpose: purpose, count: source.lanes) { elements, target in
      source.pack(into: target) { elements[$0] }
    }
    return (weights, bias)
  }

  /// The arguments of a normalization that a matrix product folds into its operand.
  func normalizationArguments(
    _ normalization: Group.RowNormalization?, _ source: Placement, in program: inout ProgramText
  ) -> [(name: String, value: Argument)] {
    guard let normalization else { return [] }
    program.define("NORMALIZATION", normalization.centring.rawValue)
    let (gain, shift) = gainAndShift(normalization.node, source)
    return [
      ("gain", .read(gain)), ("shift", .read(shift)), ("channels", .int(source.channels)),
      ("epsilon", .float(normalization.epsilon)),
    ]
  }

  /// Gain and shift of a normalization as float32 lanes.
  func gainAndShift(
    _ value: Graph.Value, _ placement: Placement
  ) -> (gain: Storage, shift: Storage) {
    let operands = graph[value].operands
    func vector(_ index: Int) -> Storage {
      guard index < operands.count else { return zeros(placement.lanes) }
      return constant(
        operands[index], purpose: "lanes \(placement.lanes)", count: placement.lanes,
        isFloat: true
      ) { elements, target in placement.pack(into: target) { elements[$0] } }
    }
    return (vector(1), vector(2))
  }

  /// Defines the hooks that a group's kernel calls and returns the arguments that they add.
  func hooks(
    of group: Group, _ fold: Group.Fold, source: Placement, result: Placement,
    in program: inout ProgramText
  ) throws -> [(name: String, value: Argument)] {
    if let gate = fold.gate {
      let first = gate.first?.code("(a)") ?? "(a)"
      let second = gate.second?.code("(b)") ?? "(b)"
      program.define("GATE(a, b)", "(\(first) * \(second))")
    }
    if fold.shuffle > 1 { program.define("SHUFFLE", fold.shuffle) }
    let before = try bind(
      fold.prologue, to: "PROLOGUE", prefix: "p", placement: source, in: &program)
    let after = try bind(
      group.chain, to: "EPILOGUE", prefix: "e", placement: result, in: &program)
    program.defineExtras(before + after)
    return before + after
  }

  /// Whether a kernel stores past the caches: an image's result is large, and whole.
  func streams(
    _ result: Placement, _ choice: Choice, _ member: BandMember? = nil
  ) -> (name: String, value: Argument) {
    let byteCount = result.rowsPerImage * result.lanes * target.dtype.byteCount
    let isWhole = member?.result == nil
    let limit = CPUTuning.streamed(choice, for: target)
    return ("streams", .int(isWhole && !target.isHalf && byteCount > limit ? 1 : 0))
  }

  /// Lets a kernel fetch early what its epilogue reads of the same place.
  func defineFetches(
    of group: Group, result: Placement, in program: inout ProgramText
  ) throws {
    let near = try operands(of: group.chain, prefix: "e", placement: result)
      .filter(\.access.isFetchable)
    guard !near.isEmpty else { return }
    let fetches = near.map { "FETCH(\($0.name), \($0.access.index($0.name)))" }
    program.define("AHEAD(row, col)", fetches.joined(separator: " "))
  }

  /// Floating-point operations of all of a group's arithmetic but its elementwise ops.
  func flops(of group: Group) -> Int { flops(group.node) }
}

extension ProgramText {
  /// The taps and steps of a convolution.
  mutating func define(_ op: Convolution, _ weight: Shape) {
    define("KH", weight[2])
    define("KW", weight[3])
    define("STRIDE", op.stride)
    define("DILATION", op.dilation)
  }
}

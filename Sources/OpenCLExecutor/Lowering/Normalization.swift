import IR
import Tensors

/// The kernel that computes a kind of normalization.
enum NormalizationKernel {
  /// Rows by their deviation, with gain and shift, which a product can do to its operand.
  case rows(Centring)
  /// Rows by their length.
  case euclidean

  /// Whether the mean is taken from a row first: values of NORMALIZATION.
  enum Centring: Int {
    case centred = 1
    case notCentred = 2
    /// The mean counts as zero in the deviation, too.
    case uncentred = 3
  }

  init(_ kind: Normalization.Kind) {
    switch kind {
    case .layer: self = .rows(.centred)
    case .biasFree: self = .rows(.notCentred)
    case .rootMeanSquare: self = .rows(.uncentred)
    case .l2: self = .euclidean
    }
  }
}

extension Lowering {
  /// A normalization with its axis innermost.
  func lowerNormalization(_ op: Normalization, _ value: Graph.Value) throws {
    switch NormalizationKernel(op.kind) {
    case .rows(let centring): try lowerRows(op, centring, value)
    case .euclidean: try lowerEuclidean(op, value)
    }
  }

  private func lowerRows(
    _ op: Normalization, _ centring: NormalizationKernel.Centring, _ value: Graph.Value
  ) throws {
    let node = graph[value]
    let placement = Placement.lanes(node.shape, axis: op.axis)
    let x = try operand(node.operands[0], as: placement)
    let isPackable = node.operands.dropFirst().allSatisfy(graph.isWeight)
    let (gain, shift) =
      isPackable
      ? gainAndShift(value, placement)
      : (ones(placement), zeros(placement.lanes))
    let y = isPackable ? define(value, placement) : allocate(placement)
    let arguments: [(name: String, value: Argument)] = [
      ("x", .read(x)), ("y", .write(y)), ("gain", .read(gain)), ("shift", .read(shift)),
      ("rows", .int(placement.rows)), ("lanes", .int(placement.lanes)),
      ("channels", .int(placement.channels)), ("rows_per_image", .int(placement.rowsPerImage)),
      ("epsilon", .float(op.epsilon)),
    ]
    switch target.family {
    case .cpu: emitRows(value, placement, centring, arguments)
    case .gpu: emitGPUNormalization(value, placement, centring, arguments)
    }
    if !isPackable { try applyAffine(value, y, placement) }
  }

  private func emitRows(
    _ value: Graph.Value, _ placement: Placement, _ centring: NormalizationKernel.Centring,
    _ arguments: [(name: String, value: Argument)]
  ) {
    var program = ProgramText(file: "cpu/normalization")
    program.define("NORMALIZATION", centring.rawValue)
    let rows = target.tuning.number(.normalizationRows)
    program.define("ROWS", rows)
    emit(
      Step(
        program: program, entry: "normalization", arguments: arguments,
        global: [ceilDivide(placement.rows, by: rows)], local: [1],
        label: label(value), flops: flops(value)))
  }

  private func ones(_ placement: Placement) -> Storage {
    constant(
      Constant(placement.lanes, dtype: .f32) { target in
        placement.pack(into: target) { _ in 1 }
      })
  }

  /// Gain and shift that are computed values, applied to the normalized rows.
  private func applyAffine(_ value: Graph.Value, _ x: Storage, _ placement: Placement) throws {
    let vectors = try graph[value].operands.dropFirst().map {
      try operand($0, as: .lanes(graph[$0].shape, axis: 0))
    }
    let extra = vectors.enumerated().map { (name: "e\($0)", value: Argument.read($1)) }
    var program = ProgramText(file: "portable/chain")
    let shift = extra.count > 1 ? " v = v + LOADV(e1, col);" : ""
    program.define("EPILOGUE(v, row, col)", "v = v * LOADV(e0, col);" + shift)
    program.defineExtras(extra)
    let y = define(value, placement)
    emitChain(
      program, Rows(x, placement), Rows(y, placement), placement, extra, label: label(value))
  }

  private func lowerEuclidean(_ op: Normalization, _ value: Graph.Value) throws {
    let placement = Placement.lanes(graph[value].shape, axis: op.axis)
    let x = try operand(graph[value].operands[0], as: placement)
    let y = define(value, placement)
    switch target.family {
    case .gpu: emitGPUEuclidean(op, value, placement, x: x, y: y)
    case .cpu:
      emit(
        Step(
          program: ProgramText(file: "portable/normalization"), entry: "euclidean",
          arguments: [
            ("x", .read(x)), ("y", .write(y)), ("lanes", .int(placement.lanes)),
            ("epsilon", .float(op.epsilon)),
          ],
          global: [placement.rows], local: target.local(1), label: label(value),
          flops: flops(value)))
    }
  }

  /// The mean over the pixels of every image, from the row sums of a depthwise convolution when
  /// it left them, in the same order otherwise.
  func lowerPool(_ value: Graph.Value) throws {
    switch target.family {
    case .cpu: try lowerCPUPool(value)
    case .gpu: try lowerGPUPool(value)
    }
  }

  private func lowerCPUPool(_ value: Graph.Value) throws {
    let source = graph[value].operands[0]
    let shape = graph[source].shape
    let placement = Placement.standard(shape)
    let lanes = placement.lanes
    let sums: Storage
    if let left = partialSums[source] {
      sums = left
    } else {
      let x = try operand(source, as: placement)
      sums = allocate(byteCount: shape[0] * shape[2] * lanes * 4)
      emit(
        Step(
          program: ProgramText(file: "cpu/pool"), entry: "partial_sums",
          arguments: [
            ("x", .read(x)), ("partials", .write(sums)),
            ("rows_per_image", .int(shape[2] * shape[3])), ("part_rows", .int(shape[3])),
            ("columns", .int(lanes)),
          ],
          global: [shape[2], shape[0]], local: [1, 1], label: label(value), flops: flops(value)))
    }
    let y = define(value, .standard(graph[value].shape))
    emit(
      Step(
        program: ProgramText(file: "cpu/pool"), entry: "pool",
        arguments: [
          ("partials", .read(sums)), ("y", .write(y)), ("parts", .int(shape[2])),
          ("columns", .int(lanes)), ("count", .int(shape[2] * shape[3])),
        ],
        global: [lanes / Placement.vectorWidth, shape[0]], local: [1, 1], label: label(value)))
  }

  /// Whether a node is the mean over the pixels of a feature map.
  func isPool(_ value: Graph.Value) -> Bool {
    guard case .mean(let op) = graph[value].op else { return false }
    return op.axes == [2, 3] && graph[value].shape.rank == 4
  }
}

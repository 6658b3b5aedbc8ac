import IR
import Tensors

/// Where an element of a gather's result comes from, in terms of the result's coordinates c0, c1...
struct Gather {
  /// A coordinate in the operand.
  enum Coordinate {
    /// The result's coordinate of `axis`, plus a constant.
    case shifted(axis: Int, by: Int)
    /// An OpenCL C expression.
    case computed(String)

    var code: String {
      switch self {
      case .shifted(let axis, 0): "c\(axis)"
      case .shifted(let axis, let offset): "(c\(axis) + (\(offset)))"
      case .computed(let code): code
      }
    }
  }

  /// Declarations that the coordinates use.
  var preamble = ""
  /// OpenCL C: whether the element comes from this operand; nil when it always does.
  var condition: String?
  /// One for each axis of the operand.
  var coordinates: [Coordinate]
  /// Whether neighbours within a vector of the result are neighbours in the operand, provided
  /// that the innermost axes correspond.
  var keepsVectors = true
}

extension Lowering {
  /// Reshapes, transposes, slices and the like: no arithmetic, elements move.
  func lowerMovement(_ value: Graph.Value) throws {
    let node = graph[value]
    if try alias(value) { return }
    let placement = Placement.standard(node.shape)
    let gathers = node.operands.indices.map { gather(value, operand: $0) }
    let y = define(value, placement)
    try move(gathers, of: node.operands, to: placement, y, label: label(value))
  }

  /// Copies a value into another placement.
  func copy(
    _ value: Graph.Value, from: Placement, _ x: Storage, to placement: Placement, _ y: Storage
  ) {
    let name = "layout " + label(value)
    if from.form == .dense, placement.parts == 1, placement.axis != nil {
      return emitLayout("to_rows", placement, x, y, name)
    }
    if placement.form == .dense, from.parts == 1, from.axis != nil {
      return emitLayout("to_dense", from, x, y, name)
    }
    let identity = Gather(
      coordinates: (0..<from.shape.rank).map { .shifted(axis: $0, by: 0) })
    move([identity], from: [(x, from)], to: placement, y, label: name)
  }

  /// Between row-major float32 and `placement`.
  private func emitLayout(
    _ entry: String, _ placement: Placement, _ x: Storage, _ y: Storage, _ label: String
  ) {
    let inner = placement.shape.extents[(placement.axis! + 1)...].reduce(1, *)
    let vectors = placement.lanes / target.width
    emit(
      Step(
        program: ProgramText(file: "portable/layout"), entry: entry,
        arguments: [
          ("x", .read(x)), ("y", .write(y)), ("channels", .int(placement.channels)),
          ("inner", .int(inner)), ("vectors", .int(vectors)),
        ],
        global: [placement.rows * vectors], label: label))
  }

  /// A value repeated along the axes on which it broadcasts to `placement`'s shape.
  func broadcast(_ value: Graph.Value, to placement: Placement) throws -> Storage {
    let shape = graph[value].shape
    if shape == placement.shape { return try operand(value, as: placement) }
    let missing = placement.shape.rank - shape.rank
    let coordinates = (0..<shape.rank).map { axis in
      shape[axis] == 1
        ? Gather.Coordinate.computed("0") : .shifted(axis: axis + missing, by: 0)
    }
    let y = allocate(placement)
    try move(
      [Gather(coordinates: coordinates)], of: [value], to: placement, y,
      label: "broadcast " + label(value))
    return y
  }

  /// Emits a gather from values where they lie.
  func move(
    _ gathers: [Gather], of values: [Graph.Value], to placement: Placement, _ y: Storage,
    label: String
  ) throws {
    let sources = try values.map { try (natural($0), naturalPlacement($0)) }
    move(gathers, from: sources, to: placement, y, label: label)
  }

  private func naturalPlacement(_ value: Graph.Value) -> Placement {
    placement(of: value) ?? .standard(graph[value].shape)
  }

  /// A value where it lies, or a parameter in its usual placement.
  private func natural(_ value: Graph.Value) throws -> Storage {
    try operand(value, as: naturalPlacement(value))
  }

  /// Emits a gather from one or several operands.
  private func move(
    _ gathers: [Gather], from sources: [(storage: Storage, placement: Placement)],
    to placement: Placement, _ y: Storage, label: String
  ) {
    let isContiguous = zip(gathers, sources).allSatisfy {
      Self.isContiguous($0, from: $1.placement, to: placement)
    }
    var program = ProgramText(file: "portable/movement")
    let names = sources.indices.map { "x\($0)" }
    let parameters = zip(names, sources).map { name, source in
      "__global const \(source.placement.form == .dense ? "float" : "element") *\(name)"
    }
    program.define("SOURCES", parameters.joined(separator: ", "))
    program.define("TARGET", placement.form == .dense ? "float" : "element")
    let vectors = ceilDivide(placement.lanes, by: target.width)
    program.define("VECTORS", vectors)
    program.define("LANES", placement.lanes)
    program.define("ROW_COORDINATES", Self.rowCoordinates(placement))
    program.define("LANE_COORDINATE", Self.laneCoordinate(placement))
    program.define("IS_PADDING", Self.paddingTest(placement))
    if isContiguous { program.define("CONTIGUOUS", "") }
    let store = placement.form == .dense ? "y[i] = value" : "STORE1(value, y, i)"
    program.define("STORE(value, y, i)", store)
    var body = ""
    for ((gather, source), name) in zip(zip(gathers, sources), names) {
      let offset = source.placement.offset(gather.coordinates.map(\.code))
      let load =
        source.placement.form == .dense
        ? "\(name)[\(offset)]" : "\(isContiguous ? "LOADV" : "LOAD1")(\(name), \(offset))"
      let guarded = gather.condition.map { "if (\($0)) " } ?? ""
      body += "{ \(gather.preamble) \(guarded)value = \(load); } "
    }
    program.define("VALUE", body)
    emit(
      Step(
        program: program, entry: "movement",
        arguments: zip(names, sources).map { ($0, .read($1.storage)) } + [("y", .write(y))],
        global: [placement.rows * vectors], label: label))
  }

  private static func isContiguous(
    _ gather: Gather, from source: Placement, to target: Placement
  ) -> Bool {
    guard gather.keepsVectors, let axis = source.axis, let targetAxis = target.axis,
      source.parts == 1, target.parts == 1,
      case .shifted(targetAxis, let offset) = gather.coordinates[axis]
    else { return false }
    let isWhole = source.channels == target.channels
      || target.channels.isMultiple(of: Placement.vectorWidth)
    return offset.isMultiple(of: Placement.vectorWidth) && isWhole
  }

  /// Declares every coordinate but the innermost from `row`.
  private static func rowCoordinates(_ placement: Placement) -> String {
    var code = "size_t rest = row;"
    for axis in placement.order.dropLast().reversed() {
      code += " const int c\(axis) = (int)(rest % \(placement.shape[axis]));"
      code += " rest /= \(placement.shape[axis]);"
    }
    return code
  }

  /// Declares the innermost coordinate from `lane`.
  private static func laneCoordinate(_ placement: Placement) -> String {
    let axis = placement.order.last ?? 0
    guard placement.parts > 1 else { return "const int c\(axis) = lane;" }
    let partLanes = placement.lanes / placement.parts
    let partChannels = placement.channels / placement.parts
    return "const int c\(axis) = lane / \(partLanes) * \(partChannels) + lane % \(partLanes);"
  }

  private static func paddingTest(_ placement: Placement) -> String {
    let partLanes = placement.lanes / placement.parts
    return "lane % \(partLanes) >= \(placement.channels / placement.parts)"
  }
}

import IR
import Tensors

/// A launch of a convolution's kernel, but for where its sums go.
struct ConvolutionLaunch {
  var program: ProgramText
  let entry: String
  /// Operand and weights.
  let operands: [(name: String, value: Argument)]
  /// Whole numbers.
  let geometry: [(name: String, value: Argument)]
  let normalization: [(name: String, value: Argument)]
  let bias: Storage
  /// Columns of all panels.
  let packedColumns: Int
  let groups: Int
  let groupSize: Int

  /// Of sums that begin with `bias` and go to rows of `y`.
  func arguments(
    bias: Storage, to y: Rows, _ more: [(name: String, value: Argument)]
  ) -> [(name: String, value: Argument)] {
    operands + [("bias", .read(bias)), ("y", .write(y.storage))] + geometry + y.arguments("y")
      + normalization + more
  }
}

/// How the sum over the depths of a convolution is cut where an image has few pixels and the sum is
/// long. It decides the order of the sum, so it depends on the image and the weights alone.
struct DepthParts {
  let count = 8
  /// Runs of 16 depths of a part, a multiple of what any tile's slice has.
  let units: Int

  /// - Parameters:
  ///   - pixels: of the result for an image.
  ///   - depths: of the sum, padding included.
  init?(pixels: Int, depths: Int) {
    guard pixels <= 64, depths >= 8192 else { return nil }
    units = roundUp(ceilDivide(depths / 16, by: count), to: 4)
  }
}

extension Lowering {
  /// The parts of a convolution that is nothing but a sum and a chain; nil: it is not cut. A pixel
  /// of a strict result does not depend on the size of its image.
  func depthParts(
    of group: Group, _ fold: Group.Fold, _ source: Placement, _ weight: Shape,
    mixing attention: ChannelAttention?
  ) -> DepthParts? {
    guard target.math.isFast, attention == nil, fold.mates.isEmpty, fold.gate == nil,
      fold.shuffle == 1, fold.normalization == nil
    else { return nil }
    let output = graph[group.node].shape
    return DepthParts(
      pixels: output[2] * output[3], depths: weight[2] * weight[3] * source.lanes)
  }

  /// The whole sum in one launch.
  func emit(
    _ launch: ConvolutionLaunch, to y: Rows, of group: Group, _ fold: Group.Fold,
    source: Placement, result: Placement
  ) throws {
    var program = launch.program
    let hooks = try hooks(of: group, fold, source: source, result: result, in: &program)
    emit(
      Step(
        program: program, entry: launch.entry,
        arguments: launch.arguments(bias: launch.bias, to: y, hooks),
        global: [launch.groups * launch.groupSize], local: [launch.groupSize],
        label: label(group.node),
        flops: fold.mates.reduce(flops(of: group)) { $0 + flops($1) }))
  }

  /// The sum in parts, and a launch that adds them and does the rest.
  func emit(
    _ launch: ConvolutionLaunch, in parts: DepthParts, of group: Group, _ fold: Group.Fold,
    source: Placement, result: Placement
  ) throws {
    var (program, bare) = (launch.program, group)
    program.define("PARTS", parts.count)
    bare.chain = Chain()
    let before = try hooks(of: bare, fold, source: source, result: result, in: &program)
    let partials = allocate(byteCount: parts.count * result.rows * result.lanes * 4)
    emit(
      Step(
        program: program, entry: launch.entry,
        arguments: launch.arguments(
          bias: zeros(launch.packedColumns), to: Rows(partials, result),
          [("part_units", .int(parts.units))] + before),
        global: [launch.groups * launch.groupSize, parts.count], local: [launch.groupSize, 1],
        label: label(group.node), flops: flops(of: group)))
    var join = Self.joinProgram
    let y = defineRows(group.result, result)
    let after = try hooks(of: group, Group.Fold(), source: source, result: result, in: &join)
    emitJoin(
      join, of: parts.count, partials, bias: launch.bias, to: y, result, after,
      label: label(group.node))
  }

  /// What adds parts of sums.
  static let joinProgram = ProgramText(file: "gpu/join_parts")

  /// Adds parts of sums to a bias.
  /// - Parameter hooks: what the program's chain reads.
  func emitJoin(
    _ program: ProgramText = joinProgram, of parts: Int, _ partials: Storage, bias: Storage,
    to y: Rows, _ result: Placement, _ hooks: [(name: String, value: Argument)] = [],
    label: String
  ) {
    emit(
      Step(
        program: program, entry: "join_parts",
        arguments: [
          ("partials", .read(partials)), ("bias", .read(bias)), ("y", .write(y.storage)),
          ("parts", .int(parts)), ("rows", .int(result.rows)),
          ("rows_per_image", .int(result.rowsPerImage)), ("columns", .int(result.lanes)),
        ] + y.arguments("y") + hooks,
        global: [result.rows * result.lanes / target.width], local: nil, label: label))
  }
}

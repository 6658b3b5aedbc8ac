import IR
import Tensors

extension Lowering {
  /// Extents that the kernels of an attention between channels share.
  struct AttentionExtents {
    /// Images, or cells of images, that have weights of their own.
    let images: Int
    let heads: Int
    /// Channels of a head, and the floats of a row that holds them.
    let channels: Int
    let lanes: Int
    /// Pieces that the pixels of an image are summed in.
    var chunks = 1
  }

  /// Attention between channels as small steps that make the weights of a matrix product, and the
  /// product.
  func lowerChannelAttention(_ group: Group, _ attention: ChannelAttention) throws {
    let weight = graph[graph[group.node].operands[1]].shape
    switch target.family {
    case .cpu: try lowerCPUChannelAttention(group, attention, weight)
    case .gpu:
      try lowerGPUConvolution(group, Group.Fold(), Convolution(), weight, mixing: attention)
    }
  }

  private func lowerCPUChannelAttention(
    _ group: Group, _ attention: ChannelAttention, _ weight: Shape
  ) throws {
    let map = graph[group.source].shape
    let v = Placement.standard([map[0], weight[1], map[2], map[3]])
    let channels = weight[1] / attention.heads
    let tuning = CPUTuning.gram(channels: channels, for: target)
    let lanes = tuning.panels * tuning.nv * Placement.vectorWidth
    let extents = AttentionExtents(
      images: map[0], heads: attention.heads, channels: channels, lanes: lanes,
      chunks: ceilDivide(v.rowsPerImage, by: CPUTuning.gramRows(of: v.rowsPerImage)))

    let partials = try emitGram(attention, tuning, extents, label(group.node))
    let scores = try emitSimilarity(attention, partials, extents, label(group.node))
    let layout = pointwiseLayout(group, Group.Fold(), source: v)
    let (projection, bias) = packed(
      group.node, layout.columns, operand: v, tag: "gemm", isPadded: true)
    let weights = emitFold(scores, projection, layout, extents, label(group.node))
    let source = Placement.standard(map)
    let operands = ProductOperands(
      x: try rows(of: group.source, as: source).from(attention.v.start), weights: weights,
      bias: bias, hasImageWeights: true)
    try emitProduct(group, Group.Fold(), layout, operands)
  }

  private func emitGram(
    _ attention: ChannelAttention, _ tuning: CPUTuning, _ extents: AttentionExtents,
    _ label: String
  ) throws -> Storage {
    let source = Placement.standard(graph[attention.source].shape)
    let groups = extents.images * extents.heads
    let partials = allocate(
      byteCount: groups * extents.chunks * (extents.channels + 2) * extents.lanes * 4)
    emit(
      Step(
        program: gramProgram(tuning), entry: "gram",
        arguments: [
          ("x", .read(try operand(attention.source, as: source))), ("partials", .write(partials)),
          ("pitch", .int(source.lanes)), ("q_start", .int(attention.starts.q)),
          ("k_start", .int(attention.starts.k)), ("channels", .int(extents.channels)),
          ("rows_per_image", .int(source.rowsPerImage)),
          ("chunk_rows", .int(CPUTuning.gramRows(of: source.rowsPerImage))),
        ],
        global: [extents.chunks, extents.heads, extents.images], local: [1, 1, 1],
        label: "similarity " + label, flops: flops(attention.similarity)))
    return partials
  }

  /// The products of the channels of heads with each other.
  func gramProgram(_ tuning: CPUTuning) -> ProgramText {
    var program = ProgramText(file: "cpu/gram")
    program.define("MR", tuning.mr)
    program.define("NV", tuning.nv)
    program.define("PANELS", tuning.panels)
    return program
  }

  private func emitSimilarity(
    _ attention: ChannelAttention, _ partials: Storage, _ extents: AttentionExtents,
    _ label: String
  ) throws -> Storage {
    let temperature = temperature(of: attention)
    let scores = allocate(
      byteCount: extents.images * extents.heads * extents.channels * extents.lanes * 4)
    emit(
      Step(
        program: ProgramText(file: "cpu/channel_attention"), entry: "similarity",
        arguments: [
          ("partials", .read(partials)), ("temperature", .read(temperature)),
          ("attention", .write(scores)), ("channels", .int(extents.channels)),
          ("lanes", .int(extents.lanes)), ("chunks", .int(extents.chunks)),
          ("epsilon", .float(attention.epsilon)),
        ],
        global: [extents.channels, extents.heads, extents.images], local: [1, 1, 1],
        label: "softmax " + label))
    return scores
  }

  /// A number for each head.
  func temperature(of attention: ChannelAttention) -> Storage {
    constant(
      attention.temperature, purpose: "\(attention.heads) heads", count: attention.heads,
      isFloat: true
    ) { numbers, target in
      for head in 0..<target.count { target[head] = numbers[head % numbers.count] }
    }
  }

  /// The weights of a projection for each image, after the attention.
  func emitFold(
    _ scores: Storage, _ projection: Storage, _ layout: PointwiseLayout,
    _ extents: AttentionExtents, _ label: String
  ) -> Storage {
    let columns = layout.columns
    var program = ProgramText(file: "cpu/channel_attention")
    program.define("NV", layout.tuning.nv)
    let elements = columns.channels.count * layout.source.lanes
    let weights = allocate(byteCount: extents.images * elements * target.dtype.byteCount)
    emit(
      Step(
        program: program, entry: "fold",
        arguments: [
          ("attention", .read(scores)), ("projection", .read(projection)), ("w", .write(weights)),
          ("channels", .int(extents.channels)), ("lanes", .int(extents.lanes)),
          ("depth", .int(layout.source.lanes)),
        ],
        global: [columns.panels, extents.heads, extents.images], local: [1, 1, 1],
        label: "fold " + label, flops: 2 * extents.images * elements * extents.channels))
    return weights
  }
}

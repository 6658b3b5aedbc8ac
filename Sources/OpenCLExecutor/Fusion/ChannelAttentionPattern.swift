import IR
import Tensors

/// Attention between channels (Restormer, equation 2) with the 1x1 convolution that follows it:
///
///     project(softmax(normalized(q) normalized(k)^T * temperature) v)
///
/// q, k and v are neighbouring channels of one feature map, cut into heads. As the attention is
/// linear in v, it goes into the weights of the projection: one 1x1 convolution of v by image.
struct ChannelAttention {
  /// The feature map that q and k are slices of.
  let source: Graph.Value
  /// First channels of q and k in `source`.
  let starts: (q: Int, k: Int)
  /// What is projected: C channels of a feature map.
  let v: ChannelWindow
  let heads: Int
  /// One number, or one for each head; a parameter.
  let temperature: Graph.Value
  /// The least length that q and k are divided by.
  let epsilon: Float
  /// The product of q and k.
  let similarity: Graph.Value
  /// What is computed on the way and read by nothing else.
  let interior: [Graph.Value]

  /// Whether a work-group of a GPU has room for the mixture of a head's channels, and every head
  /// begins at 16 bytes of half elements.
  func isWithinGroups(channels: Int) -> Bool {
    channels <= 128 && [channels, starts.q, starts.k].allSatisfy { $0.isMultiple(of: 8) }
  }
}

/// Neighbouring channels of a feature map.
struct ChannelWindow {
  let value: Graph.Value
  /// The first of the channels.
  var start = 0
}

/// Recognises the composition that a network writes from its last node on.
struct ChannelAttentionPattern {
  let graph: Graph
  /// The only user of a value that is not an output.
  let soleUser: (Graph.Value) -> Graph.Value?

  /// The attention whose result `projection`, a 1x1 convolution, reads; nil if it does not.
  func match(projection: Graph.Value) -> ChannelAttention? {
    let node = graph[projection]
    guard graph[node.operands[1]].shape.extents[2...] == [1, 1] else { return nil }
    let merged = node.operands[0]
    guard case .reshape = graph[merged].op, let mixed = own(merged, 0),
      case .matmul(Matmul()) = graph[mixed].op, let weights = own(mixed, 0),
      let cut = own(mixed, 1), case .reshape = graph[cut].op,
      case .softmax(Softmax(axis: 3)) = graph[weights].op,
      let scaled = own(weights, 0), case .binary(.multiply) = graph[scaled].op
    else { return nil }
    guard let similarity = own(scaled, 0), let q = own(similarity, 0), let k = own(similarity, 1),
      case .matmul(Matmul(transposesSecond: true)) = graph[similarity].op,
      let first = slice(normalizedBy: q), let second = slice(normalizedBy: k),
      first.source == second.source, first.epsilon == second.epsilon
    else { return nil }
    let heads = graph[mixed].shape[1]
    let temperature = graph[scaled].operands[1]
    let map = graph[node.operands[0]].shape
    guard soleUser(merged) == projection, graph.isWeight(temperature),
      Self.isByHead(graph[temperature].shape, heads: heads),
      graph[cut].shape == [map[0], heads, map[1] / heads, map[2] * map[3]],
      graph[q].shape == graph[cut].shape, graph[k].shape == graph[cut].shape,
      graph[graph[cut].operands[0]].shape == map,
      graph[first.source].shape.extents[2...] == map.extents[2...]
    else { return nil }
    let (v, slices) = window(readBy: cut)
    return ChannelAttention(
      source: first.source, starts: (first.start, second.start), v: v, heads: heads,
      temperature: temperature, epsilon: first.epsilon, similarity: similarity,
      interior: [merged, mixed, cut, weights, scaled, similarity] + first.members
        + second.members + slices)
  }

  /// The operand of `value`: where a slice of whole vectors lies in the map that it is cut from,
  /// the slice then not being needed; else as it is.
  private func window(
    readBy value: Graph.Value
  ) -> (window: ChannelWindow, slices: [Graph.Value]) {
    guard let part = own(value, 0), case .slice(let slice) = graph[part].op, slice.axis == 1,
      slice.start.isMultiple(of: Placement.vectorWidth),
      slice.count.isMultiple(of: Placement.vectorWidth)
    else { return (ChannelWindow(value: graph[value].operands[0]), []) }
    return (ChannelWindow(value: graph[part].operands[0], start: slice.start), [part])
  }

  /// Operand `index` of a value, if nothing else reads it.
  private func own(_ value: Graph.Value, _ index: Int) -> Graph.Value? {
    let operands = graph[value].operands
    guard index < operands.count, soleUser(operands[index]) == value else { return nil }
    return operands[index]
  }

  private static func isByHead(_ shape: Shape, heads: Int) -> Bool {
    let aligned = [Int](repeating: 1, count: max(0, 4 - shape.rank)) + shape.extents
    return shape.count == 1 || aligned == [1, heads, 1, 1]
  }

  /// The channels that are cut into heads of rank 4 and scaled to length 1 over the pixels.
  private func slice(
    normalizedBy value: Graph.Value
  ) -> (source: Graph.Value, start: Int, epsilon: Float, members: [Graph.Value])? {
    guard case .normalization(let norm) = graph[value].op,
      norm == Normalization(.l2, axis: 3, epsilon: norm.epsilon),
      let cut = own(value, 0), case .reshape = graph[cut].op, graph[cut].shape.rank == 4,
      let part = own(cut, 0), case .slice(let slice) = graph[part].op, slice.axis == 1,
      graph[part].shape.rank == 4, graph[part].shape[0] == graph[cut].shape[0],
      graph[part].shape[1] == graph[cut].shape[1] * graph[cut].shape[2]
    else { return nil }
    return (graph[part].operands[0], slice.start, norm.epsilon, [value, cut, part])
  }
}

extension UNetBackbone {
  /// What is wrong with the numbers, which may come out of a file; nil when networks can be
  /// written for them. Sums and small multiples of them do not overflow then.
  var flaw: String? {
    let levels = blockOutChannels.count
    guard (1...10).contains(levels) else { return "block_out_channels has \(levels) levels" }
    for (name, count) in [
      ("down_block_types", downBlockTypes.count), ("attention_head_dim", attentionHeadDim.count),
      ("transformer_layers_per_block", transformerLayersPerBlock.count),
    ] where count != levels {
      return "\(name) has \(count) levels, block_out_channels \(levels)"
    }
    guard (1...100).contains(layersPerBlock) else { return "layers_per_block is \(layersPerBlock)" }
    guard transformerLayersPerBlock.allSatisfy((1...100).contains) else {
      return "transformer_layers_per_block is \(transformerLayersPerBlock)"
    }
    let extents =
      blockOutChannels + attentionHeadDim + [inChannels, crossAttentionDim, normNumGroups]
      + (textTime.map { [$0.additionTimeEmbedDim, $0.projectionClassEmbeddingsInputDim] } ?? [])
      + (imageAttention.map { [$0.crossAttentionDim] } ?? [])
    let range = 1...CheckpointReader.largestExtent
    return extents.first { !range.contains($0) }.map { "\($0) is not a size that a network has" }
  }
}

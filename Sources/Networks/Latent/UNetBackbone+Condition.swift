import IR
import Tensors

extension UNetBackbone {
  /// What is conditioned on: the same for all blocks.
  struct Condition {
    /// Of time, text and sizes: (N or 1, E, 1, 1).
    let embedding: Tensor
    /// What the layers of all transformers attend to.
    let contexts: [CrossAttention]
    /// Tokens (N, D, T, 1) of an image that transformers of their own attend to.
    let imageBeside: Tensor?
  }

  /// Declares the operands that all blocks are conditioned on: `timestep` ([] or [N]),
  /// `encoder_hidden_states` (N, T, D); with ``textTime``, `text_embeds` (N, P) and `time_ids`
  /// (N, 6); with ``imageAttention``, `image_encoder_hidden_states` (N, T', D').
  func condition(_ operands: Operands, batch: Int, _ w: Weights) -> Condition {
    let time = operands.numbers("timestep", batch: batch)
    var embedding = perceptron(sinusoids(time, blockOutChannels[0]), w.time_embedding)
    if let textTime {
      let sizes = sinusoids(operands("time_ids", rank: 2), textTime.additionTimeEmbedDim)
      let text = operands("text_embeds", rank: 2)
      var features = text.reshaped(text.shape[0], text.shape[1], 1, 1).concatenated(with: sizes)
      if features.channels != textTime.projectionClassEmbeddingsInputDim {
        features = operands.refuse(
          "text_embeds and time_ids", features,
          "must have \(textTime.projectionClassEmbeddingsInputDim) features together")
      }
      embedding = embedding + perceptron(features, w.add_embedding)
    }
    let text = operands.tokens("encoder_hidden_states", features: crossAttentionDim)
    let image = imageAttention.map {
      operands.tokens("image_encoder_hidden_states", features: $0.crossAttentionDim)
    }
    let (inside, beside): (Tensor?, Tensor?) =
      switch imageAttention?.place {
      case .inside: (image, nil)
      case .beside: (nil, image)
      case nil: (nil, nil)
      }
    return Condition(
      embedding: embedding,
      contexts: (inside.map { [CrossAttention.image($0)] } ?? []) + [CrossAttention(text)],
      imageBeside: beside)
  }

  /// The shapes of the operands that ``condition(_:batch:_:)`` declares.
  func conditionShapes(batch: Int) -> [String: Shape] {
    var shapes: [String: Shape] = [
      "timestep": [batch], "encoder_hidden_states": [batch, 77, crossAttentionDim],
    ]
    if let textTime {
      let sizes = 6
      shapes["time_ids"] = [batch, sizes]
      shapes["text_embeds"] = [
        batch,
        textTime.projectionClassEmbeddingsInputDim - sizes * textTime.additionTimeEmbedDim,
      ]
    }
    if let imageAttention {
      shapes["image_encoder_hidden_states"] = [batch, 257, imageAttention.crossAttentionDim]
    }
    return shapes
  }

  /// Every number of (N, K) as a vector of sines and cosines: (N, K `dimension`, 1, 1).
  private func sinusoids(_ numbers: Tensor, _ dimension: Int) -> Tensor {
    let op = TimestepEmbedding(
      dimension: dimension, cosineFirst: flipSinToCos, frequencyShift: freqShift)
    return numbers.apply(.timestepEmbedding(op))
  }

  private func perceptron(_ x: Tensor, _ w: Weights) -> Tensor {
    let features = 4 * blockOutChannels[0]
    return x.linear(w.linear_1, to: features).silu.linear(w.linear_2, to: features)
  }
}

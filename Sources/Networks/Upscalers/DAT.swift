import IR
import Tensors

/// DAT, blocks of attention by turns within windows and between channels, each with a convolution
/// beside that it exchanges weights with.
///
/// Chen, Zhang, Gu, Kong, Yang, Yu: Dual Aggregation Transformer for Image Super-Resolution, ICCV
/// 2023, arXiv 2308.03364.
package struct DAT: ImageNetwork, Hashable {
  package static let name = "DAT"

  package struct Configuration: Hashable, Sendable {
    /// Channels of the image.
    package var channels = 3
    package var dim = 180
    /// Lines and columns of the windows of half of the heads; those of the others lie across.
    package var split = [8, 32]
    /// Blocks of each group.
    package var depths = [6, 6, 6, 6, 6, 6]
    /// Heads of the attention in each group.
    package var heads = [6, 6, 6, 6, 6, 6]
    /// Channels between the two layers of a block's perceptron.
    package var hidden = 720
    package var hasQKVBias = true
    package var junction = Junction.single
    package var reconstruction = Reconstruction.shuffled(features: 64, factors: [2, 2])

    package init() {}
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    let mean = meanColour(channels: inputChannels)
    let shallow = image.centred(on: mean, times: 1)
      .conv(w.conv_first, to: configuration.dim, kernel: 3)
    let embedded = shallow.layerNorm(w.before_RG[1], epsilon: 1e-5)
    let deep = configuration.depths.indices.reduce(embedded) { group($0, w.layers[$1], at: $1) }
      .layerNorm(w.norm, epsilon: 1e-5)
    let features = shallow + configuration.junction(deep, w.conv_after_body)
    return configuration.reconstruction(features, w, to: outputChannels)
      .restored(to: mean, from: 1)
  }

  private func group(_ x: Tensor, _ w: Weights, at index: Int) -> Tensor {
    let heads = configuration.heads[index]
    let blocks = (0..<configuration.depths[index]).reduce(x) { x, position in
      let w = w.blocks[position]
      let normalized = x.layerNorm(w.norm1, epsilon: 1e-5)
      let isShifted = index % 2 == 0 ? position % 4 == 2 : position % 4 == 0
      let mixed =
        position % 2 == 0
        ? spatial(normalized, w.attn, heads: heads, isShifted: isShifted)
        : channel(normalized, w.attn, heads: heads)
      let y = x + mixed
      return y + gated(y.layerNorm(w.norm2, epsilon: 1e-5), w.ffn)
    }
    return x + configuration.junction(blocks, w.conv)
  }

  /// Adaptive spatial attention (AS-SA): within windows that lie lengthwise for the first half of
  /// the channels, and across for the others.
  private func spatial(_ x: Tensor, _ w: Weights, heads: Int, isShifted: Bool) -> Tensor {
    let (dim, half) = (x.channels, x.channels / 2)
    let qkv = x.linear(w.qkv, to: 3 * dim, bias: configuration.hasQKVBias)
    let longest = max(configuration.split[0], configuration.split[1])
    let padded = qkv.padded(.zero, toMultipleOf: longest)
    let halves = [configuration.split, configuration.split.reversed()].enumerated().map {
      let (index, split) = $0
      let parts = (0..<3).map {
        padded.sliced(axis: 1, from: $0 * dim + index * half, count: half)
      }
      let windows = Windows(
        height: split[0], width: split[1],
        isShifted ? .shifted(down: split[0] / 2, right: split[1] / 2) : .blocks)
      let bias = positionBias(w.attns[index], windows, heads: heads / 2, dim: half)
      return parts[0].attending(to: parts[1], parts[2], in: windows, heads: heads / 2, bias: bias)
    }
    let attended = halves[0].concatenated(with: halves[1])
      .cropped(height: x.height, width: x.width)
    let convolved = convolution(qkv.lastChannels(dim), w.dwconv)
    let channels = channelMap(convolved, w.channel_interaction)
    let pixels = spatialMap(attended, w.spatial_interaction)
    return (attended * channels + convolved * pixels).linear(w.proj, to: dim)
  }

  /// Adaptive channel attention (AC-SA), Restormer's without its convolution.
  private func channel(_ x: Tensor, _ w: Weights, heads: Int) -> Tensor {
    let dim = x.channels
    let qkv = x.linear(w.qkv, to: 3 * dim, bias: configuration.hasQKVBias)
    let window = max(x.height, x.width)
    let similarity = qkv.windowSimilarity(heads: heads, window: window)
    let temperature = w.temperature(heads, 1, 1).reshaped(1, 1, heads, 1, 1)
    let attended = qkv.mixed(by: (similarity * temperature).softmax, window: window)
    let convolved = convolution(qkv.lastChannels(dim), w.dwconv)
    let channels = channelMap(attended, w.channel_interaction)
    let pixels = spatialMap(convolved, w.spatial_interaction)
    return (attended * pixels + convolved * channels).linear(w.proj, to: dim)
  }

  /// Spatial-gate feed-forward network (SGFN).
  private func gated(_ x: Tensor, _ w: Weights) -> Tensor {
    let halves = x.linear(w.fc1, to: configuration.hidden).gelu.split(2)
    let gate = halves[1].layerNorm(w.sg.norm, epsilon: 1e-5)
      .conv(w.sg.conv, to: halves[1].channels, kernel: 3, groups: halves[1].channels)
    return (halves[0] * gate).linear(w.fc2, to: x.channels)
  }
}

// MARK: What both kinds of attention have

extension DAT {
  /// The values under a convolution of their own.
  private func convolution(_ values: Tensor, _ w: Weights) -> Tensor {
    values.conv(w[0], to: values.channels, kernel: 3, groups: values.channels)
      .batchNorm(w[1], epsilon: 1e-5).gelu
  }

  /// How much of each channel one branch takes, told by the other.
  private func channelMap(_ x: Tensor, _ w: Weights) -> Tensor {
    x.pooled.conv(w[1], to: max(x.channels / 8, 1)).batchNorm(w[2], epsilon: 1e-5).gelu
      .conv(w[4], to: x.channels).sigmoid
  }

  /// How much of each pixel one branch takes, told by the other.
  private func spatialMap(_ x: Tensor, _ w: Weights) -> Tensor {
    x.conv(w[0], to: max(x.channels / 16, 1)).batchNorm(w[1], epsilon: 1e-5).gelu
      .conv(w[3], to: 1).sigmoid
  }

  /// The bias of windows, which a perceptron makes of the offsets (dynamic position bias).
  private func positionBias(
    _ w: Weights, _ windows: Windows, heads: Int, dim: Int
  ) -> Tensor {
    let extents = windows.tableExtents
    let count = extents[0] * extents[1]
    let inner = max(dim / 16, 1)
    let offsets = w.rpe_biases(count, 2).reshaped(count, 2, 1, 1)
    func layer(_ x: Tensor, _ w: Weights, to out: Int) -> Tensor {
      x.layerNorm(w[0], epsilon: 1e-5).relu.linear(w[2], to: out)
    }
    var x = offsets.linear(w.pos.pos_proj, to: inner)
    x = layer(x, w.pos.pos1, to: inner)
    x = layer(x, w.pos.pos2, to: inner)
    return layer(x, w.pos.pos3, to: heads).reshaped(count, heads).transposed(1, 0)
      .reshaped(heads, extents[0], extents[1])
  }
}

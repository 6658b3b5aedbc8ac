import IR
import Tensors

/// FBCNN, a U-Net that finds how much JPEG took away, and restores as much.
///
/// Jiang, Zhang, Timofte: Towards Flexible Blind JPEG Artifacts Removal, ICCV 2021,
/// arXiv 2109.14573.
package struct FBCNN: ImageNetwork, Hashable {
  package static let name = "FBCNN"

  package struct Configuration: Hashable, Sendable {
    /// Channels of the image.
    package var channels = 3
    package var net = ResidualUNet()
    /// Channels between the layers that find the quality and that make of it what blocks are told.
    package var hidden = 512

    package init() { net.hasBias = true }
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    let net = configuration.net
    let head = image.padded(.replicate, toMultipleOf: sizeMultiple)
      .conv(w.m_head, to: net.widths[0], kernel: 3, bias: net.hasBias)
    let levels = net.descent(head, w)
    let encoded = net.residuals(levels[3], w.m_body_encoder)
    let quality = embedded(quality(of: encoded, w.qf_pred), w.qf_embed)
    return net.ascent(net.residuals(encoded, w.m_body_decoder), levels, w) { x, block, level in
      let gain = quality.linear(w["to_gamma_\(level + 1)"][0], to: x.channels).sigmoid
      let shift = quality.linear(w["to_beta_\(level + 1)"][0], to: x.channels).tanh
      return x + (gain * net.residual(x, block) + shift)
    }.conv(w.m_tail, to: outputChannels, kernel: 3, bias: net.hasBias)
      .cropped(height: image.height, width: image.width)
  }

  /// How little of an image is left, from 0 to 1.
  private func quality(of x: Tensor, _ w: Weights) -> Tensor {
    let blocks = configuration.net.blocks
    return configuration.net.residuals(x, w).pooled
      .linear(w[blocks + 2], to: configuration.hidden).relu
      .linear(w[blocks + 4], to: configuration.hidden).relu
      .linear(w[blocks + 6], to: 1).sigmoid
  }

  private func embedded(_ quality: Tensor, _ w: Weights) -> Tensor {
    [0, 2, 4].reduce(quality) { $0.linear(w[$1], to: configuration.hidden).relu }
  }
}

extension FBCNN {
  package var inputChannels: Int { configuration.channels }
  package var outputChannels: Int { configuration.channels }
  package var sizeMultiple: Int { 8 }
  /// The quality is that of the whole image.
  package var hasGlobalOperators: Bool { true }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("in_nc", .integer(inputChannels)),
      Hyperparameter("nc", .integers(configuration.net.widths)),
      Hyperparameter("nb", .integer(configuration.net.blocks)),
      Hyperparameter("hidden", .integer(configuration.hidden)),
    ]
  }

  package static var specimens: [FBCNN] { [FBCNN(.init())] }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.net = try checkpoint.residualUNet(body: "m_body_encoder")
    found.channels = try checkpoint.extent(1, of: "m_head.weight", rank: 4, as: "in_nc")
    found.hidden = try checkpoint.extent(0, of: "qf_embed.0.weight", rank: 2, as: "hidden")
    self.init(found)
  }
}

extension Tensor {
  fileprivate var tanh: Tensor { (self * 2).sigmoid * 2 + -1 }
}

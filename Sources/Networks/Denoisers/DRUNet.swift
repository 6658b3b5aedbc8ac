import IR
import Tensors

/// DRUNet, a U-Net that is told how much noise there is.
///
/// Zhang, Li, Zuo, Zhang, Van Gool, Timofte: Plug-and-Play Image Restoration with Deep Denoiser
/// Prior, IEEE TPAMI 2021, arXiv 2008.13751.
package struct DRUNet: ImageNetwork, Hashable {
  package static let name = "DRUNet"

  package struct Configuration: Hashable, Sendable {
    /// Channels of the image.
    package var channels = 3
    package var net = ResidualUNet()
    /// Whether the image comes with a plane of the noise.
    package var isTold = true
    /// The noise's standard deviation, of pixels up to 255.
    package var noise = 15.0

    package init() {}
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    let (net, padded) = (configuration.net, image.padded(.reflect, toMultipleOf: sizeMultiple))
    let told =
      configuration.isTold
      ? padded.concatenated(with: padded.plane(of: Float(configuration.noise / 255))) : padded
    let head = told.conv(w.m_head, to: net.widths[0], kernel: 3, bias: net.hasBias)
    let levels = net.descent(head, w)
    return net.ascent(net.residuals(levels[3], w.m_body), levels, w) { x, w, _ in
      x + net.residual(x, w)
    }.conv(w.m_tail, to: outputChannels, kernel: 3, bias: net.hasBias)
      .cropped(height: image.height, width: image.width)
  }
}

extension DRUNet {
  package var inputChannels: Int { configuration.channels }
  package var outputChannels: Int { configuration.channels }
  package var sizeMultiple: Int { 8 }
  package var hasGlobalOperators: Bool { false }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("out_nc", .integer(outputChannels)),
      Hyperparameter("nc", .integers(configuration.net.widths)),
      Hyperparameter("nb", .integer(configuration.net.blocks)),
    ] + (configuration.isTold ? [Hyperparameter("noise_level", .number(configuration.noise))] : [])
  }

  /// `noise_level`: 0 to 255.
  package func choosing(_ choice: Hyperparameter) -> Self? {
    guard configuration.isTold, let noise = choice.noiseLevel else { return nil }
    var network = self
    network.configuration.noise = noise
    return network
  }

  package static var specimens: [DRUNet] { [DRUNet(.init())] }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.net = try checkpoint.residualUNet(body: "m_body")
    found.channels = try checkpoint.extent(0, of: "m_tail.weight", rank: 4, as: "out_nc")
    let read = try checkpoint.extent(1, of: "m_head.weight", rank: 4, as: "in_nc")
    found.isTold = read == found.channels + 1
    self.init(found)
  }
}

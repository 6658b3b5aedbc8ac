import IR
import Tensors

/// DnCNN, plain layers that find the noise.
///
/// Zhang, Zuo, Chen, Meng, Zhang: Beyond a Gaussian Denoiser: Residual Learning of Deep CNN for
/// Image Denoising, IEEE TIP 2017, arXiv 1608.03981. The layers are numbered behind `model.`.
package struct DnCNN: ImageNetwork, Hashable {
  package static let name = "DnCNN"

  package struct Configuration: Hashable, Sendable {
    /// Channels of the image.
    package var channels = 1
    package var features = 64
    /// Convolutions, the first and the last included.
    package var layers = 17
    /// Whether those between the first and the last are followed by batch normalization.
    package var hasBatchNorm = true

    package init() {}
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    let features = configuration.features
    var x = image.conv(w[0], to: features, kernel: 3).relu
    for layer in 0..<configuration.layers - 2 {
      let module = 2 + layer * spacing
      x = x.conv(w[module], to: features, kernel: 3)
      if configuration.hasBatchNorm { x = x.batchNorm(w[module + 1], epsilon: 1e-4) }
      x = x.relu
    }
    return image - x.conv(w[last], to: outputChannels, kernel: 3)
  }

  /// From one convolution to the next, in modules.
  private var spacing: Int { configuration.hasBatchNorm ? 3 : 2 }

  /// The number of the last convolution.
  private var last: Int { 2 + (configuration.layers - 2) * spacing }
}

extension DnCNN {
  package var inputChannels: Int { configuration.channels }
  package var outputChannels: Int { configuration.channels }
  package var sizeMultiple: Int { 1 }
  package var hasGlobalOperators: Bool { false }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("in_nc", .integer(inputChannels)),
      Hyperparameter("nc", .integer(configuration.features)),
      Hyperparameter("nb", .integer(configuration.layers)),
      Hyperparameter("act_mode", .text(configuration.hasBatchNorm ? "BR" : "R")),
    ]
  }

  package static var container: String { "model." }

  package static var specimens: [DnCNN] {
    var plain = Configuration()
    plain.hasBatchNorm = false
    return [DnCNN(.init()), DnCNN(plain)]
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    found.channels = try checkpoint.extent(1, of: "0.weight", rank: 4, as: "in_nc")
    found.features = try checkpoint.extent(0, of: "0.weight", rank: 4, as: "nc")
    found.hasBatchNorm = checkpoint.has("3.running_mean", as: "batch normalization")
    found.layers = 2
    while found.layers < 1000,
      checkpoint.holds("\(DnCNN(found).last + 1).running_mean")
        || !found.hasBatchNorm && checkpoint.holds("\(DnCNN(found).last + 2).weight")
    {
      found.layers += 1
    }
    self.init(found)
  }
}

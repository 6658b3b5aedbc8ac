import IR
import Tensors

/// SRMD, layers that are told by what blur and how much noise an image was degraded.
///
/// Zhang, Zuo, Zhang: Learning a Single Convolutional Super-Resolution Network for Multiple
/// Degradations, CVPR 2018, arXiv 1712.06116. The layers are numbered behind `model.`.
package struct SRMD: ImageNetwork, Hashable {
  package static let name = "SRMD"

  package struct Configuration: Hashable, Sendable {
    package var features = 128
    package var layers = 12
    package var scale = 4
    /// Whether the image comes with a plane of the noise (SRMD, not SRMDNF).
    package var isTold = true
    /// The noise's standard deviation, of pixels up to 255.
    package var noise = 0.0

    package init() {}
  }

  /// Of images that were made smaller and not blurred besides: their kernel's principal components
  /// in the authors' basis, as srmd-ncnn-vulkan has them.
  static let blur: [Float] = [
    -1.12360956e-08, -1.36899159e-08, 1.85637958e-02, 2.86066886e-08, 3.35292965e-02,
    8.37272935e-08, -2.54424009e-07, -3.16234976e-02, -1.35169253e-02, -1.10466090e-08,
    3.84753793e-02, 3.79465739e-08, -2.44916752e-01, -8.02213490e-01, -5.40549755e-01,
  ]

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    let last = configuration.layers - 1
    return (1..<last).reduce(first(image, w[0]).relu) { x, layer in
      x.conv(w[2 * layer], to: configuration.features, kernel: 3).relu
    }.conv(w[2 * last], to: outputChannels * scale * scale, kernel: 3).shuffled(scale)
  }

  /// The layer that reads planes of the degradation beside the image. All but zeros around them,
  /// they come to one plane of ones for a sum of the filters.
  private func first(_ image: Tensor, _ w: Weights) -> Tensor {
    let told = configuration.isTold ? [Float(configuration.noise / 255)] : []
    let planes = Self.blur + told
    let filters = w.weight(configuration.features, inputChannels + planes.count, 3, 3)
    let sum = planes.enumerated()
      .map { filters.sliced(axis: 1, from: inputChannels + $0.offset, count: 1) * $0.element }
      .total
    let narrow = filters.sliced(axis: 1, from: 0, count: inputChannels).concatenated(with: sum)
    return image.concatenated(with: image.plane(of: 1)).apply(
      .convolution(Convolution(padding: .all(1))), [narrow, w.bias(configuration.features)],
      path: w.path)
  }
}

extension SRMD {
  package var inputChannels: Int { 3 }
  package var outputChannels: Int { 3 }
  package var scale: Int { configuration.scale }
  package var sizeMultiple: Int { 1 }
  package var hasGlobalOperators: Bool { false }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("upscale", .integer(scale)),
      Hyperparameter("nc", .integer(configuration.features)),
      Hyperparameter("nb", .integer(configuration.layers)),
    ] + (configuration.isTold ? [Hyperparameter("noise_level", .number(configuration.noise))] : [])
  }

  /// `noise_level`: 0 to 255.
  package func choosing(_ choice: Hyperparameter) -> Self? {
    guard configuration.isTold, let noise = choice.noiseLevel else { return nil }
    var network = self
    network.configuration.noise = noise
    return network
  }

  package static var container: String { "model." }

  package static var specimens: [SRMD] { [SRMD(.init())] }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    let read = try checkpoint.extent(1, of: "0.weight", rank: 4, as: "in_nc")
    found.isTold = read == 4 + Self.blur.count
    found.features = try checkpoint.extent(0, of: "0.weight", rank: 4, as: "nc")
    found.layers = 0
    while found.layers < 1000, checkpoint.holds("\(2 * found.layers).weight") {
      found.layers += 1
    }
    guard found.layers > 1 else { throw checkpoint.refusal("2.weight", "is missing") }
    found.scale = try checkpoint.factor(
      of: "\(2 * found.layers - 2).weight", channels: 3, as: "upscale")
    self.init(found)
  }
}

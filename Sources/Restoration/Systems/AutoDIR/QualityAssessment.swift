import Execution
import Generation
import Glibc
import Models
import Networks
import Pictures
import Tensors

/// Blind quality assessment by CLIP: how likely each degradation is the one to remove next, and
/// what the U-Net is told about it.
///
/// Y. Jiang et al., "AutoDIR", ECCV 2024, section 3.2; as the official code has it, which scales
/// the cosines by exp(logit_scale) and mixes all tokens' states.
final class QualityAssessment: Sendable {
  /// What became of a picture.
  struct Result: Sendable {
    let probabilities: [DegradationProbability]
    /// The texts' states, weighted by the probabilities: (1, T, C).
    let condition: HostTensor

    /// The most likely degradation; of equals the first.
    var likeliest: Degradation {
      probabilities.reduce(probabilities[0]) { $1.value > $0.value ? $1 : $0 }.degradation
    }
  }

  private let network: CLIPVisionModel
  private let tower: LoadedNetwork
  private let texts: TextStates
  /// exp(logit_scale).
  private let scale: Double

  /// - Parameter model: the image tower.
  init(
    _ model: Model, _ network: CLIPVisionModel, texts: TextStates, logitScale: Float,
    on engine: Engine
  ) throws(LimpidError) {
    let scale = exp(Double(logitScale))
    guard scale.isFinite, scale > 0 else {
      throw LimpidError(.badData, "\(model.name): its logit_scale is \(logitScale)")
    }
    self.network = network
    self.texts = texts
    self.scale = scale
    tower = LoadedNetwork(model, on: engine)
  }

  /// Assesses an image (1, 3, H, W) in [-1, 1], or about it.
  /// - Parameter candidates: at least one.
  func assess(_ image: HostTensor, among candidates: [Degradation]) throws -> Result {
    let pixels = Self.centred(image, side: network.configuration.imageSize)
    guard let embedding = try tower.run(["pixel_values": pixels])["image_embeds"] else {
      throw LimpidError(.failed, "the image tower said nothing")
    }
    let features = embedding.floats.ofLengthOne
    let labels = try texts.encodedLabels()
    let places = candidates.map { Degradation.allCases.firstIndex(of: $0)! }
    let logits = places.map { place in
      scale * zip(features, labels.features[place]).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let most = logits.max()!
    let powers = logits.map { exp($0 - most) }
    let sum = powers.reduce(0, +)
    let probabilities = powers.map { Float($0 / sum) }
    return Result(
      probabilities: zip(candidates, probabilities).map { DegradationProbability($0, $1) },
      condition: .sum(places.map { labels.states[$0] }, weights: probabilities))
  }

  /// What an assessment takes.
  func need() throws -> Need {
    let side = network.configuration.imageSize
    return try tower.need(["pixel_values": [1, 3, side, side]])
  }

  /// Gives back the device's memory.
  func release() { tower.release() }

  /// The middle of an image, as CLIP's image processor without resizing cuts it, normalised by
  /// CLIP's mean and deviation. Where the image is smaller it lies between zeros.
  static func centred(_ image: HostTensor, side: Int) -> HostTensor {
    let (height, width, values) = (image.shape[2], image.shape[3], image.floats)
    let (top, left) = (start(of: side, in: height), start(of: side, in: width))
    return HostTensor([1, 3, side, side]) { pixels in
      for plane in 0..<3 {
        let (mean, deviation) = CLIPStatistics.channels[plane]
        for y in 0..<side {
          for x in 0..<side {
            let (row, column) = (y + top, x + left)
            let isInside = (0..<height).contains(row) && (0..<width).contains(column)
            let value =
              isInside ? (values[(plane * height + row) * width + column] + 1) / 2 : 0
            pixels[(plane * side + y) * side + x] = (value - mean) / deviation
          }
        }
      }
    }
  }

  /// Half of what is over, rounded to the image's beginning.
  private static func start(of side: Int, in extent: Int) -> Int {
    extent >= side ? (extent - side) / 2 : -((side - extent + 1) / 2)
  }
}

/// How likely a degradation is the one to remove next.
package struct DegradationProbability: Codable, Hashable, Sendable {
  package let degradation: Degradation
  package let value: Float

  init(_ degradation: Degradation, _ value: Float) {
    self.degradation = degradation
    self.value = value
  }
}

extension HostTensor {
  /// The weighted sum of tensors of one shape.
  fileprivate static func sum(_ tensors: [HostTensor], weights: [Float]) -> HostTensor {
    var sum = [Float](repeating: 0, count: tensors[0].count)
    for (tensor, weight) in zip(tensors, weights) {
      for (index, value) in tensor.floats.enumerated() { sum[index] += weight * value }
    }
    return HostTensor(tensors[0].shape, sum)
  }
}

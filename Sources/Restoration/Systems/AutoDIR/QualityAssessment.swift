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
  private let crops: AssessmentCrops

  /// - Parameters:
  ///   - model: the image tower.
  ///   - crops: what it is shown of an image.
  init(
    _ model: Model, _ network: CLIPVisionModel, texts: TextStates, logitScale: Float,
    crops: AssessmentCrops, on engine: Engine
  ) throws(LimpidError) {
    let scale = exp(Double(logitScale))
    guard scale.isFinite, scale > 0 else {
      throw LimpidError(.badData, "\(model.name): its logit_scale is \(logitScale)")
    }
    self.network = network
    self.texts = texts
    (self.scale, self.crops) = (scale, crops)
    tower = LoadedNetwork(model, on: engine)
  }

  /// Assesses images (1, 3, H, W) of one size in [-1, 1], or about it.
  /// - Parameter candidates: at least one for each image.
  func assess(
    _ images: [HostTensor], among candidates: [[Degradation]]
  ) throws -> [Result] {
    guard !images.isEmpty else { return [] }
    let labels = try texts.encodedLabels()
    let side = network.configuration.imageSize
    let pixels = HostTensor.stacking(images.map { crops.cut(from: $0, side: side) })
    guard let embeddings = try tower.run(["pixel_values": pixels])["image_embeds"] else {
      throw LimpidError(.failed, "the image tower said nothing")
    }
    let count = pixels.shape[0] / images.count
    return candidates.enumerated().map { index, candidates in
      let own = (index * count..<(index + 1) * count).map {
        embeddings.outermost($0).floats.ofLengthOne
      }
      return result(own, labels, among: candidates)
    }
  }

  /// - Parameter crops: what the tower makes of each; they have the same say.
  private func result(
    _ crops: [[Float]], _ labels: TextStates.Labels, among candidates: [Degradation]
  ) -> Result {
    let places = candidates.map { Degradation.allCases.firstIndex(of: $0)! }
    let each = crops.map { probabilities($0, places.map { labels.features[$0] }) }
    let mean = places.indices.map { place in
      Float(each.reduce(0) { $0 + $1[place] } / Double(each.count))
    }
    return Result(
      probabilities: zip(candidates, mean).map { DegradationProbability($0, $1) },
      condition: .sum(places.map { labels.states[$0] }, weights: mean))
  }

  /// How likely each text is for a view.
  private func probabilities(_ features: [Float], _ texts: [[Float]]) -> [Double] {
    let logits = texts.map { text in
      scale * zip(features, text).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let most = logits.max()!
    let powers = logits.map { exp($0 - most) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// Makes what so many images of a size go through, before they are there.
  func prepare(batch: Int, _ size: TileSize) throws { try tower.prepare(operands(batch, size)) }

  /// What an assessment of so many images of a size takes.
  func need(batch: Int, _ size: TileSize) throws -> Need {
    try tower.need(operands(batch, size))
  }

  private func operands(_ batch: Int, _ size: TileSize) -> [String: Shape] {
    let side = network.configuration.imageSize
    return ["pixel_values": [batch * crops.count(size, side: side), 3, side, side]]
  }

  /// Gives back the device's memory.
  func release() { tower.release() }
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

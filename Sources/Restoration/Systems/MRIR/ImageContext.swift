import Execution
import Generation
import Images
import Models
import Networks
import Pictures
import Tensors

/// What CLIP sees in a picture, as the context of a U-Net: its image tower and the refine layer.
///
/// "MRIR", 2024, arXiv 2407.03635, section 3.2.
final class ImageContext: Sendable {
  private let tower: CLIPVisionModel
  private let vision: LoadedNetwork
  private let refine: LoadedNetwork

  /// - Throws: ``LimpidError`` when the two do not fit together.
  init(vision: Model, refine: Model, on engine: Engine) throws(LimpidError) {
    guard let tower = vision.architecture as? CLIPVisionModel,
      let layer = refine.architecture as? RefineLayer, tower.configuration.numChannels == 3,
      layer.configuration.features == tower.configuration.encoder.hiddenSize
    else {
      throw LimpidError(.badData, "\(vision.name): no image tower for \(refine.name)")
    }
    self.tower = tower
    self.vision = LoadedNetwork(vision, on: engine)
    self.refine = LoadedNetwork(refine, on: engine)
  }

  /// The tokens of pictures, (N, T, D).
  func tokens(of pictures: [Picture]) throws -> HostTensor {
    let side = tower.configuration.imageSize
    let pixels = HostTensor.stacking(pictures.map { $0.centredForCLIP(side: side) })
    guard let seen = try vision.run(["pixel_values": pixels])["last_hidden_state"],
      let tokens = try refine.run(["last_hidden_state": seen])["image_encoder_hidden_states"]
    else { throw LimpidError(.failed, "the image tower said nothing") }
    return tokens
  }

  /// Makes what so many pictures go through, before they are there.
  func prepare(batch: Int) throws {
    let (pixels, tokens) = operands(batch)
    try vision.prepare(pixels)
    try refine.prepare(tokens)
  }

  /// What the tokens of so many pictures take.
  func need(batch: Int) throws -> Need {
    let (pixels, tokens) = operands(batch)
    return .beside([try vision.need(pixels), try refine.need(tokens)])
  }

  /// Of the image tower and of the refine layer.
  private func operands(
    _ batch: Int
  ) -> (pixels: [String: Shape], tokens: [String: Shape]) {
    let side = tower.configuration.imageSize
    return (
      ["pixel_values": [batch, 3, side, side]],
      ["last_hidden_state": [batch, tokenCount, tower.configuration.encoder.hiddenSize]]
    )
  }

  /// Tokens of a picture.
  var tokenCount: Int { 1 + tower.configuration.patches }

  /// Gives back the device's memory.
  func release() {
    vision.release()
    refine.release()
  }
}

extension Picture {
  /// The middle square with the shorter side of this many pixels, normalised as CLIP takes it: as
  /// the image processor of transformers, without its rounding to 8 bits.
  fileprivate func centredForCLIP(side: Int) -> HostTensor {
    let short = min(width, height)
    let size = (width: width * side / short, height: height * side / short)
    let (left, top) = ((size.width - side) / 2, (size.height - side) / 2)
    let resampling = PlaneResampling(
      from: (width, height), to: size, window: (left..<left + side, top..<top + side))
    let square = resampling.resampled(planes)
    return HostTensor([1, 3, side, side]) { pixels in
      for (index, value) in square.enumerated() {
        let (mean, deviation) = CLIPStatistics.channels[index / (side * side)]
        pixels[index] = (value - mean) / deviation
      }
    }
  }
}

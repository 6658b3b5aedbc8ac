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

  /// The tokens, (1, T, D).
  func tokens(of picture: Picture) throws -> HostTensor {
    let pixels = picture.centredForCLIP(side: tower.configuration.imageSize)
    guard let seen = try vision.run(["pixel_values": pixels])["last_hidden_state"],
      let tokens = try refine.run(["last_hidden_state": seen])["image_encoder_hidden_states"]
    else { throw LimpidError(.failed, "the image tower said nothing") }
    return tokens
  }

  /// What the tokens of a picture take.
  func need() throws -> Need {
    let side = tower.configuration.imageSize
    let tokens: Shape = [
      1, 1 + tower.configuration.patches, tower.configuration.encoder.hiddenSize,
    ]
    return .beside([
      try vision.need(["pixel_values": [1, 3, side, side]]),
      try refine.need(["last_hidden_state": tokens]),
    ])
  }

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

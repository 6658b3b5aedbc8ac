import Execution
import Generation
import Models
import Networks
import Pictures
import Tensors

/// Describes a degraded picture in words that have no spelling, as it would be without its
/// degradation: CLIP's image tower, the image-to-text mapper and the textual restoration.
///
/// Lin, Yue et al., "Improving Image Restoration through Removing Degradations in Textual
/// Representations", CVPR 2024, section 3.2.
final class ImageDescription: Sendable {
  private let vision: LoadedNetwork
  private let mapper: LoadedNetwork
  private let restoration: LoadedNetwork
  /// Of the pictures that the image tower takes, in pixels.
  private let side: Int
  /// Features of a word.
  let width: Int
  /// Of words.
  let count: Int
  /// That the image tower sees in a picture: its patches, and the class.
  private let tokens: Int

  init(
    vision: Model, mapper: Model, restoration: Model, on engine: Engine
  ) throws(LimpidError) {
    let tower: CLIPVisionModel = try vision.network(as: "image tower")
    let mapping: ImageToTextMapper = try mapper.network(as: "image-to-text mapper")
    let restoring: TextualRestoration = try restoration.network(as: "textual restoration")
    guard mapping.configuration.features == tower.configuration.encoder.hiddenSize,
      mapping.configuration.words == restoring.configuration.words,
      mapping.configuration.width == restoring.configuration.width
    else {
      throw LimpidError(
        .badData, "\(mapper.name): it does not fit \(vision.name) and \(restoration.name)")
    }
    side = tower.configuration.imageSize
    (width, count) = (mapping.configuration.width, mapping.configuration.words)
    tokens = 1 + tower.configuration.patches
    self.vision = LoadedNetwork(vision, on: engine)
    self.mapper = LoadedNetwork(mapper, on: engine)
    self.restoration = LoadedNetwork(restoration, on: engine)
  }

  /// The words, (1, count, ``width``).
  func words(for picture: Picture) throws -> HostTensor {
    let seen = try Self.result(
      "last_hidden_state", of: vision, on: ["pixel_values": pixels(of: picture)])
    let words = try Self.result("words", of: mapper, on: ["last_hidden_state": seen])
    return try Self.result("words", of: restoration, on: ["words": words])
  }

  /// SHA-256 of all that is seen of a picture.
  func digest(of picture: Picture) -> String {
    Digest.of(SquareView(picture, side: side).planes)
  }

  /// What a description takes.
  func need() throws -> Need {
    let features = mapper.model.architecture.inputChannels
    return .beside([
      try vision.need(["pixel_values": [1, 3, side, side]]),
      try mapper.need(["last_hidden_state": [1, tokens, features]]),
      try restoration.need(["words": [1, count, width]]),
    ])
  }

  var parameterCount: Int {
    [vision, mapper, restoration].reduce(0) {
      $0 + $1.model.recognition.descriptor.parameterCount
    }
  }

  /// Gives back the device's memory.
  func release() {
    for network in [vision, mapper, restoration] { network.release() }
  }

  /// The middle of a picture as the image tower takes it, (1, 3, side, side).
  private func pixels(of picture: Picture) -> HostTensor {
    let view = SquareView(picture, side: side)
    let area = side * side
    return HostTensor([1, 3, side, side]) { pixels in
      for (index, value) in view.planes.enumerated() {
        let (mean, deviation) = CLIPStatistics.channels[index / area]
        pixels[index] = (Float(value) / 255 - mean) / deviation
      }
    }
  }

  private static func result(
    _ name: String, of network: LoadedNetwork, on operands: [String: HostTensor]
  ) throws -> HostTensor {
    guard let result = try network.run(operands)[name] else {
      throw LimpidError(.failed, "\(network.model.name): it has no result named '\(name)'")
    }
    return result
  }
}

extension Model {
  /// The network, which must be of this type.
  /// - Parameter role: what it is for.
  func network<N: Network>(as role: String) throws(LimpidError) -> N {
    guard let network = architecture as? N else {
      throw LimpidError(
        .badData, "\(name): \(recognition.descriptor.architecture) is no \(role)")
    }
    return network
  }
}

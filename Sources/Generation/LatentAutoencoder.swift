import Execution
import Models
import Networks
import Pictures
import Tensors

/// The autoencoder of a pipeline between pictures and latents as its U-Net sees them.
///
/// With a ``EvenTiling`` it sees one tile at a time, and never needs more memory than for that.
/// Each tile is normalised by statistics of its own, as in diffusers, so that the result differs
/// slightly from that of the whole; what overlaps is blended.
package final class LatentAutoencoder: Sendable {
  package let network: AutoencoderKL
  private let loaded: LoadedNetwork

  /// - Parameters:
  ///   - engine: networks that overflow in f16 run in f32 on its device.
  ///   - keepsBoth: whether encoder and decoder stay on the device beside each other, and do not
  ///     make room for each other.
  package init(
    _ model: Model, on engine: Engine, keepsBoth: Bool = false
  ) throws(LimpidError) {
    guard let network = model.architecture as? AutoencoderKL else {
      throw LimpidError(
        .badData,
        "\(model.name): \(model.recognition.descriptor.architecture) is no autoencoder")
    }
    guard network.inputChannels == 3, network.outputChannels == 3 else {
      throw LimpidError(.badData, "\(model.name): pictures have 3 channels")
    }
    self.network = network
    let engine = network.configuration.forceUpcast ? try engine.inFloat() : engine
    loaded = LoadedNetwork(model, on: engine, capacity: keepsBoth ? 2 : 1)
  }

  /// Side of the square of pixels that one element of a latent stands for.
  package var pixelsPerLatent: Int { network.configuration.pixelsPerLatent }

  package var latentChannels: Int { network.configuration.latentChannels }

  /// The picture of one latent (1, C, H, W).
  package func decode(_ latent: HostTensor, tiling: EvenTiling? = nil) throws -> Picture {
    let image = try image(of: latent, tiling: tiling)
    return Picture(
      width: image.shape[3], height: image.shape[2],
      planes: image.floats.map { ($0 / 2 + 0.5).clamped(to: 0...1) })
  }

  /// The images of latents (N, C, H, W): (N, 3, H, W), mostly in [-1, 1].
  package func image(of latent: HostTensor, tiling: EvenTiling? = nil) throws -> HostTensor {
    let configuration = network.configuration
    let values = latent.map { $0 / configuration.scalingFactor + configuration.shiftFactor }
    let side = pixelsPerLatent
    return try loaded.results(
      ["decoded"], of: "latent", values, scales: (1, side),
      tiling?.layout(height: latent.shape[2], width: latent.shape[3]))[0]
  }

  /// The distribution of a picture's latent: mean and logarithm of the variance, (1, C, H, W), in
  /// the autoencoder's own scale.
  package func encode(
    _ picture: Picture, tiling: EvenTiling? = nil
  ) throws -> (mean: HostTensor, logvar: HostTensor) {
    try encode(
      image: HostTensor(
        [1, 3, picture.height, picture.width], picture.planes.map { 2 * $0 - 1 }),
      tiling: tiling)
  }

  /// The same for images (N, 3, H, W), mostly in [-1, 1].
  /// - Parameter tiling: sides that are no multiples of ``pixelsPerLatent`` are not cut.
  package func encode(
    image: HostTensor, tiling: EvenTiling? = nil
  ) throws -> (mean: HostTensor, logvar: HostTensor) {
    let side = pixelsPerLatent
    let (height, width) = (image.shape[2], image.shape[3])
    let isWhole = !height.isMultiple(of: side) || !width.isMultiple(of: side)
    let moments = try loaded.results(
      ["latent_mean", "latent_logvar"], of: "image", image, scales: (side, 1),
      isWhole ? nil : tiling?.layout(height: height / side, width: width / side))
    return (moments[0], moments[1])
  }

  /// Latents as the U-Net sees them.
  package func scaled(_ latent: HostTensor) -> HostTensor {
    let configuration = network.configuration
    return latent.map { ($0 - configuration.shiftFactor) * configuration.scalingFactor }
  }

  package var parameterCount: Int { loaded.model.recognition.descriptor.parameterCount }

  /// Makes what encodes pictures whose latents have this size, before it is needed.
  package func prepareEncoding(batch: Int, height: Int, width: Int) throws {
    try loaded.prepare(encoded(batch, height, width))
  }

  /// Makes what decodes latents of this size, before it is needed.
  package func prepareDecoding(batch: Int, height: Int, width: Int) throws {
    try loaded.prepare(decoded(batch, height, width))
  }

  private func encoded(_ batch: Int, _ height: Int, _ width: Int) -> [String: Shape] {
    let side = pixelsPerLatent
    return ["image": [batch, network.inputChannels, height * side, width * side]]
  }

  private func decoded(_ batch: Int, _ height: Int, _ width: Int) -> [String: Shape] {
    ["latent": [batch, latentChannels, height, width]]
  }

  /// What encoding pictures takes whose latents have this size.
  package func encodingNeed(batch: Int = 1, height: Int, width: Int) throws -> Need {
    try loaded.need(encoded(batch, height, width))
  }

  /// What decoding latents of this size takes.
  package func decodingNeed(batch: Int = 1, height: Int, width: Int) throws -> Need {
    try loaded.need(decoded(batch, height, width))
  }

  /// Gives back the device's memory.
  package func release() { loaded.release() }
}

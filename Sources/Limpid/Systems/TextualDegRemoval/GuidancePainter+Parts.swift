import Networks

extension GuidancePainter {
  /// The networks that paint, and what belongs to them.
  package struct Parts: Sendable {
    package static let roles: [Role] = [.imageEncoder, .mapper, .textualRestoration, .textToImage]

    let vision: Model
    let mapper: Model
    let restoration: Model
    /// Stable Diffusion as diffusers writes it.
    let pipeline: Folder
    /// Of all files.
    let fingerprint: String

    /// - Parameter folder: the folder of a role.
    /// - Throws: ``LimpidError``, which names what is missing.
    package init(
      _ folder: (Role) throws(LimpidError) -> Folder
    ) throws(LimpidError) {
      let (image, words) = (try folder(.imageEncoder), try folder(.mapper))
      let restored = try folder(.textualRestoration)
      pipeline = try folder(.textToImage)
      vision = try Model(component: image)
      mapper = try Model(recognizing: words)
      restoration = try Model(recognizing: restored)
      fingerprint = [image, words, restored, pipeline].map(\.fingerprint).joined(separator: " ")
    }

    /// The U-Net with the keys and values of its cross-attention that the mapper's file has.
    func tunedUNet() throws(LimpidError) -> Model {
      let prefix = mapper.recognition.prefix
      return try Model(component: try pipeline.folder("unet")).overlaid(with: mapper) {
        ImageToTextMapper.location(ofUNets: $0, prefix: prefix)
      }
    }
  }
}

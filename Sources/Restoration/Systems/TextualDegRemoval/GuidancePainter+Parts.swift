import IR
import Models
import Networks
import Pictures

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
      for part in [mapper, restoration] { try part.requireNoneUnused() }
      fingerprint = [image, words, restored, pipeline].map(\.fingerprint).joined(separator: " ")
    }

    /// The U-Net with the keys and values of its cross-attention that the mapper's file has.
    /// - Throws: ``LimpidError`` also when the file has some of another U-Net.
    func tunedUNet() throws(LimpidError) -> Model {
      let (prefix, unet) = (
        mapper.recognition.prefix, try Model(component: pipeline.folder("unet"))
      )
      func location(_ entry: Manifest.Entry) -> Manifest.Location? {
        ImageToTextMapper.location(ofUNets: entry, prefix: prefix)
      }
      let tuned = try unet.overlaid(with: mapper, at: location)
      let names = mapper.checkpoint.entries.map(\.name).filter(ImageToTextMapper.isBuffer)
      do {
        let read = Set(try unet.architecture.manifest.entries.compactMap { location($0)?.path })
        guard let stray = names.first(where: { !read.contains($0) }) else { return tuned }
        throw LimpidError(
          .badData, "\(mapper.name): \(stray) is of no layer of \(unet.name)")
      } catch {
        throw LimpidError(error, subject: mapper.name)
      }
    }
  }
}

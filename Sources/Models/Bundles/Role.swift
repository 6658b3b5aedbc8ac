/// What a folder is to the system that it is a part of.
package enum Role: String, CaseIterable, Hashable, Sendable {
  /// The network that the system is chosen by.
  case restorer
  case tokenizer
  case tokenizer2 = "tokenizer_2"
  case textEncoder = "text_encoder"
  case textEncoder2 = "text_encoder_2"
  case imageEncoder = "image_encoder"
  case unet
  case controlNet = "controlnet"
  case autoencoder = "vae"
  case scheduler
  /// From what an image tower sees to words.
  case mapper
  /// From words about a degraded image to words about the clean one.
  case textualRestoration = "textual_restoration"
  /// A whole pipeline as diffusers writes it, with a `model_index.json` of its own.
  case textToImage = "text_to_image"
}

extension Role: CustomStringConvertible {
  /// As `bundle.json` has it.
  package var description: String { rawValue }
}

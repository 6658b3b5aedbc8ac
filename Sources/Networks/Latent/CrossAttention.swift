import IR

/// What the layers of a transformer attend to besides their own pixels, and the names of the
/// parameters that they do it with.
struct CrossAttention {
  /// (N, D, H, W): every pixel is a token.
  let tokens: Tensor
  let norm: String
  let attention: String

  private init(_ tokens: Tensor, norm: String, attention: String) {
    (self.tokens, self.norm, self.attention) = (tokens, norm, attention)
  }

  /// With the parameters that every layer has.
  init(_ tokens: Tensor) { self.init(tokens, norm: "norm2", attention: "attn2") }

  /// To an image's tokens, in layers that attend to something else too.
  static func image(_ tokens: Tensor) -> CrossAttention {
    CrossAttention(tokens, norm: "norm_img", attention: "attn_img")
  }

  /// To a ControlNet's map, in layers that attend to something else too.
  static func control(_ map: Tensor) -> CrossAttention {
    CrossAttention(map, norm: "norm2_plus", attention: "attn2_plus")
  }
}

/// Where a U-Net has attention to more than text: to an image's tokens or to a ControlNet's maps.
///
/// "MRIR: Integrating Multimodal Insights for Diffusion-based Realistic Image Restoration", 2024,
/// arXiv 2407.03635, section 3; T. Yang et al., "Pixel-Aware Stable Diffusion (PASD)", ECCV 2024,
/// arXiv 2308.14469, section 3.3; R. Wu et al., "SeeSR", CVPR 2024, arXiv 2311.16518, section 3.3.
package enum AddedAttention: String, Sendable {
  /// In the layers of the transformers that are there anyway (PASD's light form).
  case inside
  /// In transformers of its own after them (PASD's full form, SeeSR).
  case beside
}

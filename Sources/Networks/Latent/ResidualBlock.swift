import IR

/// The residual block of latent U-Nets and autoencoders (`ResnetBlock2D` in diffusers).
///
/// J. Ho et al., "Denoising Diffusion Probabilistic Models", 2020, appendix B.
struct ResidualBlock {
  let groups: Int
  let epsilon: Float

  /// x (N, C, H, W) to (N, `channels`, H, W).
  /// - Parameter embedding: of the time, (N or 1, E, 1, 1), in blocks that depend on it.
  func callAsFunction(
    _ x: Tensor, to channels: Int, embedding: Tensor? = nil, _ w: Weights
  ) -> Tensor {
    var h = x.groupNorm(w.norm1, groups: groups, epsilon: epsilon).silu
      .conv(w.conv1, to: channels, kernel: 3)
    if let embedding { h = h + embedding.silu.linear(w.time_emb_proj, to: channels) }
    h = h.groupNorm(w.norm2, groups: groups, epsilon: epsilon).silu
      .conv(w.conv2, to: channels, kernel: 3)
    return h + (x.channels == channels ? x : x.conv(w.conv_shortcut, to: channels))
  }
}

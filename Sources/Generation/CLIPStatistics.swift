/// What the pictures that CLIP's image towers are shown are normalised by.
package enum CLIPStatistics {
  /// Of red, green and blue in [0, 1].
  package static let channels: [(mean: Float, deviation: Float)] = [
    (0.48145466, 0.26862954), (0.4578275, 0.26130258), (0.40821073, 0.27577711),
  ]
}

/// All registered op cases, by family.
package enum OpCases {
  package static let all: [OpCase] =
    ConvolutionCases.all + MatmulCases.all + NormalizationCases.all + SoftmaxCases.all
    + MeanCases.all + GroupNormCoefficientCases.all + AttentionCases.all + IndexingCases.all
    + WindowAttentionCases.all + WindowCases.all + PatchMatchingCases.all
    + TimestepEmbeddingCases.all + RotaryEmbeddingCases.all + ElementwiseCases.all
    + MovementCases.all + ResamplingCases.all
}

extension CLIPTextModel {
  /// transformers 5 leaves the tower's name out where it is the whole model.
  package static let bareDialect = KeyDialect(modules: [("text_model", "")])

  /// The names of OpenCLIP, which keeps queries, keys and values in one tensor and the projection
  /// transposed.
  /// - Parameter prefix: what a file with other networks puts before them.
  package func openCLIPDialect(prefix: String = "") -> KeyDialect {
    var modules: [KeyDialect.Renaming] = [
      ("text_model.embeddings.token_embedding", "token_embedding"),
      ("text_model.embeddings.position_embedding.weight", "positional_embedding"),
      ("text_model.final_layer_norm", "ln_final"), ("text_projection.weight", "text_projection"),
    ]
    var thirds: [[String]] = []
    for layer in 0..<configuration.encoder.numHiddenLayers {
      let ours = "text_model.encoder.layers.\(layer)"
      let theirs = "transformer.resblocks.\(layer)"
      modules += [
        ("\(ours).layer_norm1", "\(theirs).ln_1"), ("\(ours).layer_norm2", "\(theirs).ln_2"),
        ("\(ours).self_attn.out_proj", "\(theirs).attn.out_proj"),
        ("\(ours).mlp.fc1", "\(theirs).mlp.c_fc"), ("\(ours).mlp.fc2", "\(theirs).mlp.c_proj"),
      ]
      for kind in ["weight", "bias"] {
        let parts = ["q", "k", "v"].map { "\(ours).self_attn.\($0)_proj.\(kind)" }
        modules += parts.map { ($0, "\(theirs).attn.in_proj_\(kind)") }
        thirds.append(parts)
      }
    }
    return KeyDialect(
      prefix: prefix, modules: modules, thirds: thirds, transposes: ["text_projection.weight"])
  }
}

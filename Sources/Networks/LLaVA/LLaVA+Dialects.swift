import IR

extension LLaVA {
  /// Names of transformers before version 4.52, and since then, where the model's name stands in
  /// front; of the original, which has no prefix.
  static let languageDialects = [
    KeyDialect(prefix: "language_model."),
    KeyDialect(modules: [("model", "model.language_model")]),
    .own,
  ]

  /// Likewise, with and without the name of the tower's only part; the original's tower is in files
  /// of its own.
  static let visionDialects: [KeyDialect] = {
    let bare: [KeyDialect.Renaming] = [("vision_tower.vision_model", "vision_tower")]
    let original: [KeyDialect.Renaming] = [
      ("multi_modal_projector.linear_1", "model.mm_projector.0"),
      ("multi_modal_projector.linear_2", "model.mm_projector.2"),
    ]
    let towers = ["vision_model", "model.vision_tower.vision_tower.vision_model"]
    return [
      .own, KeyDialect(modules: bare), KeyDialect(prefix: "model."),
      KeyDialect(prefix: "model.", modules: bare),
    ] + towers.map { KeyDialect(modules: original + [("vision_tower.vision_model", $0)]) }
  }()
}

extension Llama {
  /// The names in GGUF files.
  var ggufDialect: KeyDialect {
    var modules: [KeyDialect.Renaming] = [
      ("model.embed_tokens", "token_embd"), ("model.norm", "output_norm"), ("lm_head", "output"),
    ]
    for layer in 0..<configuration.numHiddenLayers {
      let (ours, theirs) = ("model.layers.\(layer)", "blk.\(layer)")
      modules += [
        ("\(ours).input_layernorm", "\(theirs).attn_norm"),
        ("\(ours).self_attn.q_proj", "\(theirs).attn_q"),
        ("\(ours).self_attn.k_proj", "\(theirs).attn_k"),
        ("\(ours).self_attn.v_proj", "\(theirs).attn_v"),
        ("\(ours).self_attn.o_proj", "\(theirs).attn_output"),
        ("\(ours).post_attention_layernorm", "\(theirs).ffn_norm"),
        ("\(ours).mlp.gate_proj", "\(theirs).ffn_gate"),
        ("\(ours).mlp.up_proj", "\(theirs).ffn_up"),
        ("\(ours).mlp.down_proj", "\(theirs).ffn_down"),
      ]
    }
    return KeyDialect(modules: modules)
  }
}

extension LLaVAVision {
  /// The names in GGUF files. Old ones call the perceptron's first product its last.
  var ggufDialects: [KeyDialect] {
    [("ffn_up", "ffn_down"), ("ffn_down", "ffn_up")].map { first, second in
      let (tower, embeddings) = (
        "vision_tower.vision_model", "vision_tower.vision_model.embeddings"
      )
      var modules: [KeyDialect.Renaming] = [
        ("\(embeddings).patch_embedding", "v.patch_embd"),
        ("\(embeddings).class_embedding", "v.class_embd"),
        ("\(embeddings).position_embedding", "v.position_embd"),
        ("\(tower).pre_layrnorm", "v.pre_ln"),
        ("multi_modal_projector.linear_1", "mm.0"), ("multi_modal_projector.linear_2", "mm.2"),
      ]
      for layer in 0..<self.tower.configuration.encoder.numHiddenLayers {
        let (ours, theirs) = ("\(tower).encoder.layers.\(layer)", "v.blk.\(layer)")
        modules += [
          ("\(ours).layer_norm1", "\(theirs).ln1"), ("\(ours).layer_norm2", "\(theirs).ln2"),
          ("\(ours).self_attn.q_proj", "\(theirs).attn_q"),
          ("\(ours).self_attn.k_proj", "\(theirs).attn_k"),
          ("\(ours).self_attn.v_proj", "\(theirs).attn_v"),
          ("\(ours).self_attn.out_proj", "\(theirs).attn_out"),
          ("\(ours).mlp.fc1", "\(theirs).\(first)"), ("\(ours).mlp.fc2", "\(theirs).\(second)"),
        ]
      }
      return KeyDialect(modules: modules)
    }
  }
}

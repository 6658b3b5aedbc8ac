extension RequestedRestoration {
  /// Long names of the options of `limpid restore` that a request may have: those that name no
  /// file, start no program and steer no run.
  package static let options: Set<String> = [
    // How results are written.
    "format", "quality", "compression", "bit-depth", "dither", "background", "strip-metadata",
    "strip-gps", "embed-settings", "alpha", "color-space", "page", "orientation",
    // How pictures are restored.
    "scale", "outscale", "tta", "tile", "tile-overlap", "tlc", "tlc-window",
    "steps", "num-inference-steps", "guidance-scale", "cfg-scale", "rng", "seed", "seed-mode",
    "eta", "patch", "stride",
    // Systems of several networks.
    "degradations", "loop-steps", "assessment-crops", "structure-weight", "cfg-text", "cfg-image",
    "truncate", "need-resize", "prompt", "upscale", "color-fix", "vae-tile", "quality-prompt",
    "negative-prompt", "controlnet-conditioning-scale", "image-context", "process-size", "start",
    "degradation-text", "content-text", "reference-size", "template", "token-index",
  ]

  /// Long names of those that name pictures, which a request brings along instead.
  package static let pictures: Set<String> = ["reference-image", "right-view"]
}

import Pictures

/// How large MRIR's results are, and how large pictures are while they become results: small ones
/// larger, as SeeSR has it.
struct MRIRSize: Sendable {
  let result: TileSize
  let work: TileSize

  init(_ width: Int, _ height: Int, _ options: SystemOptions) {
    result = (width * options.upscale, height * options.upscale)
    let (short, least) = (min(result.width, result.height), options.processSide)
    work =
      short >= least
      ? result
      : (result.width.scaled(as: short, to: least), result.height.scaled(as: short, to: least))
  }
}

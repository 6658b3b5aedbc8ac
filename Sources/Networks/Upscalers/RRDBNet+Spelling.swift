extension RRDBNet {
  /// How a code base names the modules.
  package enum Spelling: CaseIterable, Hashable, Sendable {
    /// Real-ESRGAN and BasicSR: the network's own names.
    case realESRGAN
    /// The later code of ESRGAN, BSRGAN and RealSR.
    case bsrgan
    /// The first code of ESRGAN: numbers, behind `model.`.
    case esrgan

    /// What a residual block is called.
    func block(_ index: Int) -> String {
      switch self {
      case .realESRGAN: "body.\(index)"
      case .bsrgan: "RRDB_trunk.\(index)"
      case .esrgan: "1.sub.\(index)"
      }
    }

    /// What precedes the number of a dense block.
    private var dense: String {
      switch self {
      case .realESRGAN: "rdb"
      case .bsrgan, .esrgan: "RDB"
      }
    }

    /// What follows the name of a dense block's layer.
    private var layerSuffix: String {
      switch self {
      case .realESRGAN, .bsrgan: ""
      case .esrgan: ".0"
      }
    }

    /// The modules outside of blocks.
    private func outer(blocks: Int, doublings: Int) -> [KeyDialect.Renaming] {
      let doubled = (0..<doublings).map { $0 + 1 }
      return switch self {
      case .realESRGAN: []
      case .bsrgan:
        [("conv_body", "trunk_conv"), ("conv_hr", "HRconv")]
          + doubled.map { ("conv_up\($0)", "upconv\($0)") }
      case .esrgan:
        [
          ("conv_first", "0"), ("conv_body", "1.sub.\(blocks)"),
          ("conv_hr", "\(3 * doublings + 2)"), ("conv_last", "\(3 * doublings + 4)"),
        ] + doubled.map { ("conv_up\($0)", "\(3 * $0)") }
      }
    }

    /// The names of a network of so many blocks that doubles so often.
    func dialect(blocks: Int, doublings: Int) -> KeyDialect {
      var modules = outer(blocks: blocks, doublings: doublings)
      for index in 0..<blocks {
        for number in 1...3 {
          let (ours, theirs) = ("body.\(index).rdb\(number)", "\(block(index)).\(dense)\(number)")
          for layer in 1...5 {
            modules.append(("\(ours).conv\(layer)", "\(theirs).conv\(layer)\(layerSuffix)"))
          }
          modules.append(("\(ours).conv1x1", "\(theirs).conv1x1"))
        }
      }
      return KeyDialect(modules: modules)
    }
  }
}

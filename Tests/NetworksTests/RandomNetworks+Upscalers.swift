import Networks

extension RRDBNet: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.inputChannels = draw.integer(1...4)
    configuration.outputChannels = configuration.inputChannels
    configuration.features = draw.integer(1...24)
    configuration.growth = draw.integer(1...12)
    configuration.blocks = draw.integer(1...5)
    configuration.doublings = draw.integer(0...4)
    configuration.unshuffling = 1 << draw.integer(0...min(configuration.doublings, 2))
    configuration.hasShortcuts = draw.flag()
    configuration.spelling = Spelling.allCases[draw.integer(0...2)]
    self.init(configuration)
  }
}

extension SRVGGNetCompact: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.channels = draw.integer(1...4)
    configuration.features = draw.integer(1...24)
    configuration.layers = draw.integer(0...9)
    configuration.scale = draw.integer(1...8)
    self.init(configuration)
  }
}

extension SPAN: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.isCentred = draw.flag()
    configuration.channels = configuration.isCentred ? 3 : draw.integer(1...4)
    configuration.features = draw.integer(1...24)
    configuration.scale = draw.integer(1...4)
    configuration.hasBranches = draw.flag()
    self.init(configuration)
  }
}

extension RealPLKSR: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.channels = draw.integer(1...4)
    configuration.norm = draw.flag() ? .group : .layer
    configuration.dim = 4 * draw.integer(1...6)
    configuration.blocks = draw.integer(1...4)
    configuration.scale = draw.integer(1...4)
    configuration.kernel = 2 * draw.integer(0...8) + 1
    configuration.largeChannels = draw.integer(1...configuration.dim)
    configuration.isGated = draw.flag()
    self.init(configuration)
  }
}

extension RCAN: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.isCentred = draw.flag()
    configuration.channels = draw.integer(1...4)
    configuration.features = draw.integer(1...24)
    configuration.groups = draw.integer(1...3)
    configuration.blocks = draw.integer(1...3)
    configuration.squeezed = draw.integer(1...configuration.features)
    configuration.kernel = 2 * draw.integer(0...2) + 1
    configuration.enlargements = [[2], [3], [2, 2], [2, 2, 2]][draw.integer(0...3)]
    configuration.unshuffling = configuration.enlargements.last == 2 ? draw.integer(1...2) : 1
    self.init(configuration)
  }
}

extension DnCNN: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.channels = draw.integer(1...4)
    configuration.features = draw.integer(1...24)
    configuration.hasBatchNorm = draw.flag()
    configuration.layers = draw.integer((configuration.hasBatchNorm ? 3 : 2)...20)
    self.init(configuration)
  }
}

extension Reconstruction {
  /// - Parameter kinds: of the four, as they are declared, which there are to draw from.
  init(_ draw: inout Draw, kinds: ClosedRange<Int> = 0...3) {
    let features = draw.integer(1...12)
    switch draw.integer(kinds) {
    case 0: self = .plain
    case 1: self = .direct(scale: draw.integer(1...4))
    case 2: self = .shuffled(features: features, factors: [[2], [3], [2, 2]][draw.integer(0...2)])
    default: self = .nearest(features: features, doublings: draw.integer(1...3))
    }
  }
}

extension SwinIR: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.channels = [1, 3][draw.integer(0...1)]
    configuration.dim = 12 * draw.integer(1...3)
    configuration.depths = (0..<draw.integer(1...3)).map { _ in draw.integer(1...3) }
    configuration.heads = configuration.depths.map { _ in [1, 2, 3, 6][draw.integer(0...3)] }
    configuration.window = draw.integer(2...9)
    configuration.hidden = draw.integer(1...40)
    configuration.hasQKVBias = draw.flag()
    configuration.hasPatchNorm = draw.flag()
    configuration.junction = draw.flag() ? .single : .triple
    configuration.reconstruction = Reconstruction(&draw)
    if case .nearest = configuration.reconstruction, draw.flag() { configuration.unshuffling = 2 }
    self.init(configuration)
  }
}

extension HAT: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.channels = [1, 3][draw.integer(0...1)]
    configuration.dim = 12 * draw.integer(1...3)
    configuration.depths = (0..<draw.integer(1...3)).map { _ in draw.integer(1...3) }
    configuration.heads = configuration.depths.map { _ in [1, 2, 3, 6][draw.integer(0...3)] }
    configuration.window = draw.integer(2...9)
    configuration.overlap = draw.integer(0...configuration.window)
    configuration.hidden = draw.integer(1...40)
    configuration.compressed = draw.integer(1...12)
    configuration.squeezed = draw.integer(1...12)
    configuration.hasQKVBias = draw.flag()
    configuration.hasPatchNorm = draw.flag()
    configuration.reconstruction = Reconstruction(&draw, kinds: 2...2)
    self.init(configuration)
  }
}

extension DAT: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.channels = [1, 3][draw.integer(0...1)]
    configuration.dim = 24 * draw.integer(1...3)
    configuration.depths = (0..<draw.integer(1...3)).map { _ in draw.integer(1...4) }
    configuration.heads = configuration.depths.map { _ in [2, 4, 6][draw.integer(0...2)] }
    let side = 1 << draw.integer(0...3)
    configuration.split = [side, side << draw.integer(0...2)]
    configuration.hidden = 2 * draw.integer(1...40)
    configuration.hasQKVBias = draw.flag()
    configuration.junction = draw.flag() ? .single : .triple
    configuration.reconstruction = Reconstruction(&draw, kinds: 1...3)
    self.init(configuration)
  }
}

extension SRFormer: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.channels = [1, 3][draw.integer(0...1)]
    configuration.dim = 24 * draw.integer(1...3)
    configuration.depths = (0..<draw.integer(1...3)).map { _ in draw.integer(1...3) }
    configuration.heads = configuration.depths.map { _ in [1, 2, 3, 6][draw.integer(0...3)] }
    configuration.window = 2 * draw.integer(2...6)
    configuration.hidden = draw.integer(1...40)
    configuration.kernel = 2 * draw.integer(0...3) + 1
    configuration.hasQKVBias = draw.flag()
    configuration.hasPatchNorm = draw.flag()
    configuration.junction = draw.flag() ? .single : .triple
    configuration.reconstruction = Reconstruction(&draw)
    self.init(configuration)
  }
}

extension SCUNet: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.channels = draw.integer(1...4)
    configuration.headChannels = draw.integer(1...4)
    configuration.dim = 2 * configuration.headChannels * draw.integer(1...2)
    configuration.blocks = (0..<7).map { _ in draw.integer(0...2) }
    configuration.blocks[0] = max(configuration.blocks[0], 1)
    self.init(configuration)
  }
}

extension OmniSR: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.channels = draw.integer(1...4)
    configuration.features = 4 * draw.integer(1...6)
    configuration.groups = draw.integer(1...4)
    configuration.blocks = draw.integer(1...3)
    configuration.window = draw.integer(1...16)
    configuration.squeezed = draw.integer(1...8)
    configuration.spatial = draw.integer(1...16)
    configuration.scale = draw.integer(1...4)
    configuration.hasBias = draw.flag()
    self.init(configuration)
  }
}

extension CUNet: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.channels = draw.integer(1...4)
    configuration.features = 4 * draw.integer(1...3)
    configuration.ending = [.plain, .shuffled, .folded][draw.integer(0...2)]
    configuration.factor = configuration.ending == .plain ? draw.integer(1...3) : 2
    configuration.hasSqueeze = draw.flag()
    configuration.isNarrowed = draw.flag()
    self.init(configuration)
  }
}

extension UpConv7: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.channels = draw.integer(1...4)
    // Layers of one width that end in a plain one may be DnCNN's as well.
    configuration.widths = [17] + draw.integers(draw.integer(1...6), 1...16)
    configuration.doubles = draw.flag()
    self.init(configuration)
  }
}

extension EDSR: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.channels = [1, 3][draw.integer(0...1)]
    configuration.features = draw.integer(1...24)
    configuration.blocks = draw.integer(1...5)
    configuration.enlargements = draw.integers(draw.integer(0...3), 2...3)
    configuration.spelling = Spelling.allCases[draw.integer(0...1)]
    configuration.hasMeanLayers = configuration.spelling == .official && draw.flag()
    self.init(configuration)
  }
}

extension SRMD: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.features = draw.integer(1...24)
    configuration.layers = draw.integer(2...14)
    configuration.scale = draw.integer(1...4)
    configuration.isTold = draw.flag()
    self.init(configuration)
  }
}

extension ResidualUNet {
  fileprivate init(_ draw: inout Draw) {
    self.init()
    widths = draw.integers(4, 1...24)
    blocks = draw.integer(1...5)
  }
}

extension DRUNet: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.channels = draw.integer(1...4)
    configuration.net = ResidualUNet(&draw)
    configuration.isTold = draw.flag()
    self.init(configuration)
  }
}

extension FBCNN: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.channels = draw.integer(1...4)
    configuration.net = ResidualUNet(&draw)
    configuration.net.hasBias = true
    configuration.hidden = draw.integer(1...40)
    self.init(configuration)
  }
}

extension Demosaicnet: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.mosaic = draw.flag() ? .bayer : .xtrans
    configuration.features = draw.integer(1...24)
    configuration.layers = draw.integer(1...16)
    self.init(configuration)
  }
}

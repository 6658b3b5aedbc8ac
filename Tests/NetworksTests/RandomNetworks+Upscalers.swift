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

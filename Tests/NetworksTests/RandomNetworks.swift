import Conformance
import IR
import Networks

/// Draws small configurations from a seeded stream.
struct Draw {
  private let stream: SeededStream
  private var position = 0

  init(seed: Int) { stream = SeededStream(named: "configuration \(seed)") }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    position += 1
    return range.lowerBound + Int(stream.bits(position) % UInt64(range.count))
  }

  mutating func flag() -> Bool { integer(0...1) == 1 }

  mutating func integers(_ count: Int, _ range: ClosedRange<Int>) -> [Int] {
    (0..<count).map { _ in integer(range) }
  }

  /// A divisor of `number`.
  mutating func divisor(of number: Int) -> Int {
    let divisors = (1...number).filter { number.isMultiple(of: $0) }
    return divisors[integer(0...divisors.count - 1)]
  }
}

protocol RandomNetwork: RecognizableNetwork, Hashable {
  init(_ draw: inout Draw)
}

extension NAFNet: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.outputChannels = draw.integer(1...4)
    configuration.inputChannels = configuration.outputChannels + draw.integer(0...3)
    configuration.width = draw.integer(1...40)
    let levels = draw.integer(0...4)
    configuration.encoderBlocks = draw.integers(levels, 0...3)
    configuration.decoderBlocks = draw.integers(levels, 0...3)
    configuration.middleBlocks = draw.integer(1...12)
    self.init(configuration)
  }
}

extension RestormerBackbone {
  init(_ draw: inout Draw) {
    self.init()
    dim = 2 * draw.integer(1...24)
    blocks = draw.integers(4, 1...4)
    heads = (0..<4).map { draw.divisor(of: dim << $0) }
    style.bias = draw.flag()
    style.centersNorm = draw.flag()
    draw.setExpansion(of: &self)
  }
}

extension Draw {
  /// Draws a factor that is the shortest of those that give the same widths, since no other can
  /// be told from them.
  /// - Parameter others: channels of blocks beside those of the four levels.
  mutating func setExpansion(of backbone: inout RestormerBackbone, others: [Int] = []) {
    let drawn = Expansion(Double(integer(100...500)) / 100)
    let channels = (0..<4).map { backbone.dim << $0 } + others
    backbone.style.expansion = Expansion(widths: channels.map { ($0, drawn.hidden($0)) }) ?? drawn
  }
}

extension Restormer: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.outputChannels = draw.integer(1...4)
    configuration.isDualPixel = draw.flag()
    configuration.inputChannels =
      configuration.isDualPixel ? draw.integer(1...6) : configuration.outputChannels
    configuration.backbone = RestormerBackbone(&draw)
    configuration.refinementBlocks = draw.integer(0...4)
    self.init(configuration)
  }
}

extension SFNet: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.channels = draw.integer(1...4)
    configuration.filterGroups = draw.integer(1...8)
    configuration.dim = 4 * configuration.filterGroups * draw.integer(1...3)
    configuration.blocks = draw.integer(1...4)
    self.init(configuration)
  }
}

extension DRSformer: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.channels = draw.integer(1...4)
    configuration.hasExperts = draw.flag()
    configuration.backbone = RestormerBackbone(&draw)
    configuration.backbone.style.isSparse = true
    configuration.backbone.style.feedForward = .mixedScale
    self.init(configuration)
  }
}

extension PromptIR: RandomNetwork {
  init(_ draw: inout Draw) {
    var configuration = Configuration()
    configuration.outputChannels = draw.integer(1...4)
    configuration.inputChannels = configuration.outputChannels
    configuration.backbone = RestormerBackbone(&draw)
    let dim = configuration.backbone.dim
    let heads = draw.divisor(of: 2 * dim)
    configuration.backbone.heads[2] = heads
    configuration.prompts = (0..<3).map { _ in
      Prompt(
        components: draw.integer(1...7), channels: heads * draw.integer(1...5),
        side: draw.integer(1...20))
    }
    let widths = configuration.prompts.enumerated().map { (dim << ($0 + 1)) + $1.channels }
    draw.setExpansion(of: &configuration.backbone, others: widths)
    configuration.refinementBlocks = draw.integer(0...4)
    self.init(configuration)
  }
}

import IR
import Networks
import Tensors
import Testing

/// Recognition inverts construction, and says what disagrees where it cannot.
@Suite struct RecognitionTests {
  @Test(arguments: 0..<50) func recognisesEveryNAFNet(_ seed: Int) throws {
    try expectRoundTrip(NAFNet.self, seed)
  }

  @Test(arguments: 0..<50) func recognisesEveryRestormer(_ seed: Int) throws {
    try expectRoundTrip(Restormer.self, seed)
  }

  @Test(arguments: 0..<50) func recognisesEveryPromptIR(_ seed: Int) throws {
    try expectRoundTrip(PromptIR.self, seed)
  }

  @Test(arguments: 0..<20) func recognisesEverySFNet(_ seed: Int) throws {
    try expectRoundTrip(SFNet.self, seed)
  }

  @Test(arguments: 0..<20) func recognisesEveryDRSformer(_ seed: Int) throws {
    try expectRoundTrip(DRSformer.self, seed)
  }

  @Test(arguments: 0..<50) func recognisesEveryUpscaler(_ seed: Int) throws {
    try expectRoundTrip(RRDBNet.self, seed)
    try expectRoundTrip(SRVGGNetCompact.self, seed)
    try expectRoundTrip(SPAN.self, seed)
    try expectRoundTrip(RealPLKSR.self, seed)
    try expectRoundTrip(RCAN.self, seed)
    try expectRoundTrip(SwinIR.self, seed)
    try expectRoundTrip(HAT.self, seed)
    try expectRoundTrip(SRFormer.self, seed)
    try expectRoundTrip(DAT.self, seed)
    try expectRoundTrip(OmniSR.self, seed)
    try expectRoundTrip(CUNet.self, seed)
    try expectRoundTrip(EDSR.self, seed)
    try expectRoundTrip(SRMD.self, seed)
    try expectRoundTrip(UpConv7.self, seed)
  }

  @Test(arguments: 0..<50) func recognisesEveryDenoiser(_ seed: Int) throws {
    try expectRoundTrip(SCUNet.self, seed)
    try expectRoundTrip(DRUNet.self, seed)
    try expectRoundTrip(FBCNN.self, seed)
    try expectRoundTrip(DnCNN.self, seed)
    try expectRoundTrip(Demosaicnet.self, seed)
  }

  private func expectRoundTrip<N: RandomNetwork>(_: N.Type, _ seed: Int) throws {
    var draw = Draw(seed: seed)
    let network = N(&draw)
    let manifest = network.bareDialect.tensors(of: try network.manifest)
    let prefix = ["", "module.", "params_ema.", "state_dict.net."][seed % 4]
    let recognition = try Architectures.recognize(index(manifest.entries, prefix: prefix))
    #expect(recognition.network as? N == network)
    #expect(recognition.prefix == prefix)
    #expect(recognition.unused.isEmpty)
    #expect(recognition.matched == manifest.entries.count)
    #expect(recognition.descriptor.parameterCount == manifest.parameterCount)
  }

  /// What draws no parameters of its own to the network may not be passed over in silence.
  @Test func partsBesideANumberedNetworkAreAnotherNetwork() throws {
    let numbered = try RealPLKSR(.init()).manifest.entries.map {
      Manifest.Entry(path: "feats." + $0.path, shape: $0.shape)
    }
    #expect(try Architectures.recognize(index(numbered)).prefix == "feats.")
    let sampler = Manifest.Entry(path: "to_img.scope.weight", shape: [128, 48, 1, 1])
    for prefix in ["", "params_ema."] {
      let error = #expect(throws: UnrecognizedCheckpoint.self) {
        try Architectures.recognize(index(numbered + [sampler], prefix: prefix))
      }
      #expect(
        error?.closest?.description
          == "not RealPLKSR: \(prefix)to_img.scope.weight [128, 48, 1, 1] is none of its parts")
    }
  }

  @Test func saysWhatToldEachHyperparameter() throws {
    let recognition = try Architectures.recognize(index(try NAFNet(small).manifest.entries))
    #expect(
      recognition.findings.map(\.description) == [
        "in_channels = 3 from intro.weight [8, 3, 3, 3]",
        "out_channels = 3 from ending.weight [3, 8, 3, 3]",
        "width = 8 from intro.weight [8, 3, 3, 3]",
        "levels = 2 from downs.*",
        "middle_blk_num = 3 from middle_blks.*",
        "enc_blk_nums[0] = 1 from encoders.0.*",
        "dec_blk_nums[0] = 2 from decoders.0.*",
        "enc_blk_nums[1] = 2 from encoders.1.*",
        "dec_blk_nums[1] = 1 from decoders.1.*",
      ])
    #expect(
      recognition.descriptor.hyperparameters.map { "\($0.name) \($0.value)" } == [
        "in_channels 3", "out_channels 3", "width 8", "enc_blk_nums [1, 2]", "middle_blk_num 3",
        "dec_blk_nums [2, 1]",
      ])
    #expect(recognition.descriptor.sizeMultiple == 4)
  }

  @Test func keepsWhatTheNetworkDoesNotRead() throws {
    var entries = try NAFNet(small).manifest.entries
    entries.insert(.init(path: "optimizer.step", shape: []), at: 5)
    let recognition = try Architectures.recognize(index(entries))
    #expect(recognition.unused == [.init(path: "optimizer.step", shape: [])])
    #expect(recognition.matched == entries.count - 1)
  }

  @Test func namesAMissingKey() throws {
    let entries = try NAFNet(small).manifest.entries.filter { $0.path != "encoders.1.1.beta" }
    let refusal = try #require(closestRefusal(entries))
    #expect("\(refusal)" == "not NAFNet: encoders.1.1.beta [1, 16, 1, 1] is missing")
    #expect(refusal.agreeing == entries.count)
  }

  @Test func namesAGapInTheNumbering() throws {
    let entries = try NAFNet(small).manifest.entries.filter {
      !$0.path.hasPrefix("middle_blks.1.")
    }
    #expect(closestRefusal(entries)?.key == "middle_blks.1")
  }

  @Test func namesAMisshapenKey() throws {
    let entries = try NAFNet(small).manifest.entries.map { entry in
      entry.path == "ups.1.0.weight" ? .init(path: entry.path, shape: [32, 16, 3, 3]) : entry
    }
    let refusal = try #require(closestRefusal(entries))
    #expect(
      "\(refusal)" == "not NAFNet: ups.1.0.weight has shape [32, 16, 3, 3], not [32, 16, 1, 1]")
  }

  @Test func tellsRelativesApart() throws {
    let restormer = index(try Restormer(.init()).manifest.entries)
    #expect(try Architectures.recognize(restormer).network is Restormer)
    #expect(throws: Refusal.self) { try PromptIR.recognize(restormer) }
    let refusal = #expect(throws: Refusal.self) { try NAFNet.recognize(restormer) }
    #expect(refusal?.description == "not NAFNet: intro.weight is missing")
    #expect(throws: Refusal.self) {
      try Restormer.recognize(index(try PromptIR(.init()).manifest.entries))
    }
  }

  @Test func refusesUnknownNetworks() throws {
    let unknown = index([.init(path: "conv_first.weight", shape: [64, 3, 3, 3])])
    let error = #expect(throws: UnrecognizedCheckpoint.self) {
      try Architectures.recognize(unknown)
    }
    #expect(error?.refusals.count == Architectures.all.count)
    #expect(error?.description == "no known network has these tensors")
    #expect(throws: UnrecognizedCheckpoint.self) { try Architectures.recognize(index([])) }
  }

  @Test(arguments: [[0, 3, 3, 3], [1 << 40, 3, 0, 3], [8], [1 << 20, 1 << 20, 1, 1]] as [Shape])
  func refusesSizesThatNoNetworkHas(_ shape: Shape) throws {
    let entries = try NAFNet(small).manifest.entries.map { entry in
      entry.path == "intro.weight" ? .init(path: entry.path, shape: shape) : entry
    }
    #expect(closestRefusal(entries) != nil)
  }

  @Test func refusesMoreLevelsThanASizeCanHave() throws {
    let levels = (0..<2000).map {
      Manifest.Entry(path: "downs.\($0).weight", shape: [1, 1, 2, 2])
    }
    let entries = try NAFNet(small).manifest.entries + levels
    #expect(closestRefusal(entries)?.key == "downs")
  }

  @Test func findsTheShortestFactor() {
    let channels = [48, 96, 192, 384]
    let hidden = [127, 255, 510, 1021]
    #expect(Expansion(widths: zip(channels, hidden).map { ($0, $1) })?.factor == 2.66)
    #expect(Expansion(widths: channels.map { ($0, 4 * $0) })?.factor == 4)
    #expect(Expansion(widths: [(48, 127), (96, 300)]) == nil)
  }

  private var small: NAFNet.Configuration {
    var configuration = NAFNet.Configuration()
    configuration.width = 8
    configuration.encoderBlocks = [1, 2]
    configuration.middleBlocks = 3
    configuration.decoderBlocks = [2, 1]
    return configuration
  }

  private func index(_ entries: [Manifest.Entry], prefix: String = "") -> CheckpointIndex {
    CheckpointIndex(entries.map { (prefix + $0.path, $0.shape) })
  }

  /// The refusal of the closest architecture.
  private func closestRefusal(_ entries: [Manifest.Entry]) -> Refusal? {
    #expect(throws: UnrecognizedCheckpoint.self) {
      try Architectures.recognize(index(entries))
    }?.closest
  }
}

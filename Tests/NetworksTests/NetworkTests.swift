import IR
import Networks
import Tensors
import Testing

/// Networks as graphs, without weights.
@Suite struct NetworkTests {
  @Test(arguments: [
    (32, [2, 2, 4, 8], 12, [2, 2, 2, 2], 3, 29_159_715),
    (32, [1, 1, 1, 28], 1, [1, 1, 1, 1], 3, 17_111_907),
    (64, [1, 1, 1, 28], 1, [1, 1, 1, 1], 3, 67_888_835),
    (64, [2, 2, 4, 8], 12, [2, 2, 2, 2], 6, 115_984_643),
  ])
  func countsNAFNetsParameters(
    width: Int, encoder: [Int], middle: Int, decoder: [Int], input: Int, count: Int
  ) throws {
    var configuration = NAFNet.Configuration()
    configuration.inputChannels = input
    configuration.width = width
    configuration.encoderBlocks = encoder
    configuration.middleBlocks = middle
    configuration.decoderBlocks = decoder
    let manifest = try NAFNet(configuration).manifest
    #expect(manifest.parameterCount == count)
    #expect(manifest.entries.count == 664)
  }

  @Test(arguments: [
    (3, 3, true, false, 26_126_644), (3, 3, false, false, 26_111_668),
    (1, 1, false, false, 26_109_076), (6, 3, true, true, 26_132_548),
  ])
  func countsRestormersParameters(
    input: Int, output: Int, centersNorm: Bool, isDualPixel: Bool, count: Int
  ) throws {
    var configuration = Restormer.Configuration()
    configuration.inputChannels = input
    configuration.outputChannels = output
    configuration.backbone.style.centersNorm = centersNorm
    configuration.isDualPixel = isDualPixel
    #expect(try Restormer(configuration).manifest.parameterCount == count)
  }

  @Test func countsTensorsOfOfficialCheckpoints() throws {
    #expect(try Restormer(.init()).manifest.entries.count == 494)
    let promptIR = try PromptIR(.init()).manifest
    #expect(promptIR.entries.count == 548)
    #expect(promptIR.parameterCount == 35_592_263)
  }

  @Test(arguments: [(true, 33_655_424), (false, 32_610_304)])
  func countsDRSformersParameters(hasExperts: Bool, count: Int) throws {
    var configuration = DRSformer.Configuration()
    configuration.hasExperts = hasExperts
    #expect(try DRSformer(configuration).manifest.parameterCount == count)
  }

  @Test func countsSFNetsParameters() throws {
    #expect(try SFNet(.init()).manifest.parameterCount == 13_274_473)
  }

  @Test(arguments: [(1, 1), (1, 9), (3, 4), (53, 70), (64, 64)])
  func keepsTheSizeOfEveryImage(height: Int, width: Int) throws {
    let networks: [any Network] = [
      NAFNet(.init()), Restormer(.init()), PromptIR(.init()), SFNet(.init()), DRSformer(.init()),
    ]
    for network in networks {
      let graph = try network.graph(batch: 2, height: height, width: width)
      #expect(graph.inputs.map(\.name) == ["image"])
      #expect(graph.inputs[0].shape == [2, 3, height, width])
      #expect(graph.outputs.map(\.name) == ["output"])
      let scale = network.scale
      #expect(
        graph[graph.outputs[0].value].shape == [2, 3, scale * height, scale * width])
      let pads = height % network.sizeMultiple != 0 || width % network.sizeMultiple != 0
      // SFNet's filters reach over the borders, whatever the size.
      let padsImage = graph.nodes.contains { $0.op.name == "padding" && $0.operands[0].index == 0 }
      #expect(network is SFNet || padsImage == pads)
    }
  }

  @Test func manifestsDoNotDependOnTheSize() throws {
    let network = Restormer(.init())
    let entries = try network.graph(batch: 3, height: 17, width: 40).manifest.entries
    #expect(try network.manifest.entries == entries)
  }

  @Test func restoresTheLastChannelsOfAConditionedInput() throws {
    var configuration = NAFNet.Configuration()
    configuration.inputChannels = 6
    let graph = try NAFNet(configuration).graph(height: 16, width: 16)
    let slices = graph.nodes.compactMap { node -> Slice? in
      guard case .slice(let slice) = node.op, node.operands[0].index == 0 else { return nil }
      return slice
    }
    #expect(slices == [Slice(axis: 1, start: 3, count: 3)])
  }

  @Test func aWrongNetworkIsAFault() {
    struct Wrong: ImageNetwork {
      static let name = "Wrong"
      static let specimens: [Wrong] = []
      let hyperparameters: [Hyperparameter] = []
      let inputChannels = 3
      let outputChannels = 3
      let sizeMultiple = 1
      let hasGlobalOperators = false

      init() {}
      init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) { self.init() }

      func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
        image.conv(w.body[1].mix, to: 4, groups: 2)
      }
    }
    let fault = #expect(throws: Fault.self) { try Wrong().graph(height: 5, width: 7) }
    #expect(fault?.op == "convolution")
    #expect(fault?.path == "body.1.mix")
    #expect(fault?.operands.first == [1, 3, 5, 7])
  }

  @Test func aDecoderWithoutAllLevelsIsAFault() {
    var configuration = NAFNet.Configuration()
    configuration.decoderBlocks = [1, 1]
    #expect(throws: Fault.self) { try NAFNet(configuration).graph(height: 32, width: 32) }
  }

  @Test func headsThatDoNotDivideTheChannelsAreAFault() {
    var configuration = Restormer.Configuration()
    configuration.backbone.heads[1] = 5
    let fault = #expect(throws: Fault.self) {
      try Restormer(configuration).graph(height: 8, width: 8)
    }
    #expect(fault?.op == "reshape")
  }
}

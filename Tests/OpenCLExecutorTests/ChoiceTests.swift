import Conformance
import IR
import Tensors
import Testing

@testable import OpenCL
@testable import OpenCLExecutor

/// What choices change of a plan, and what they leave alone.
@Suite struct ChoiceTests {
  /// A way to run kernels on a CPU: its own family, and the GPU one where it is quick enough.
  struct Setting: Sendable, CustomStringConvertible {
    let device: Device
    let family: KernelFamily
    /// With values in f16.
    var emulated: EmulatedMatrixUnit?

    var description: String {
      "\(device.platform) \(family)" + (emulated.map { " half, \($0)" } ?? "")
    }

    func executor(_ math: MathMode) throws -> OpenCLExecutor {
      try OpenCLExecutor(
        device, dtype: emulated == nil ? .f32 : .f16, math: math, family: family,
        emulating: emulated)
    }

    /// The choices that plans of this setting look at.
    var choices: [Choice] {
      guard family == .gpu else { return Choice.cpu }
      // Apart from its tiles, a plan for warpgroups is one for lanes.
      if emulated == .warpgroups { return Choice.warpgroupTiles }
      let unused = emulated == nil ? Choice.matrixTiles : Choice.floatTiles
      let others = unused + Choice.warpgroupTiles
      return Choice.gpu.filter { !others.contains($0) }
    }
  }

  /// GPUs have two compute units here, so that the standard shapes have room for every tile.
  static let settings: [Setting] = ((try? Device.all()) ?? []).filter(\.isCPU).flatMap { device in
    let hasSubgroups = device.extensions.contains("cl_intel_subgroups")
    var small = device
    small.computeUnits = 2
    return [Setting(device: device, family: .cpu)]
      + (hasSubgroups
        ? [nil, .lanes, .warpgroups].map {
          Setting(device: small, family: .gpu, emulated: $0)
        } : [])
  }

  /// A value of a choice that is not in effect, and the samples that it cuts otherwise.
  private struct Variant: CustomStringConvertible {
    let choice: Choice
    let value: [Int]
    let executor: OpenCLExecutor
    let samples: [TuningShapes.Sample]

    var description: String { "\(choice.name) \(Choice.spelled(value))" }
  }

  private static func variants(of executor: OpenCLExecutor, _ choices: [Choice]) throws
    -> [Variant]
  {
    let samples = try TuningShapes.samples()
    let cuts = try samples.map { try executor.cuts(of: $0.graph) }
    return try choices.flatMap { choice in
      try choice.values.filter { $0 != executor.tuning[choice] }.map { value in
        let other = OpenCLExecutor(
          executor, tuning: executor.tuning.replacing([choice: value]))
        let changed = try zip(samples, cuts).filter { try other.cuts(of: $0.graph) != $1 }
        return Variant(
          choice: choice, value: value, executor: other, samples: changed.map(\.0))
      }
    }
  }

  /// Every value is honoured: it cuts one of the standard shapes otherwise, on a machine whose
  /// cores do not take all the room for choice. Three images are then cut into the same kernels as
  /// one, but for convolutions on GPUs.
  @Test(arguments: settings.filter { $0.device.computeUnits <= 8 })
  func valuesCutImages(_ setting: Setting) throws {
    let executor = try setting.executor(.fast)
    let ones = try TuningShapes.samples()
    let threes = Dictionary(
      uniqueKeysWithValues: try TuningShapes.samples(images: 3).map { ($0.name, $0.graph) })
    for (name, graph) in threes {
      let one = try #require(ones.first { $0.name == name })
      #expect(try Self.kernels(one.graph, executor) == Self.kernels(graph, executor), "\(name)")
    }
    for variant in try Self.variants(of: executor, setting.choices) {
      #expect(!variant.samples.isEmpty, "\(variant) changes nothing")
      for sample in variant.samples {
        let three = try #require(threes[sample.name])
        #expect(
          try Self.kernels(sample.graph, variant.executor)
            == Self.kernels(three, variant.executor), "\(variant), \(sample.name)")
      }
    }
  }

  /// The kernels of a plan, with what is defined in them, but for those that no choice concerns and
  /// those whose tiles follow the batch.
  private static func kernels(
    _ graph: Graph, _ executor: OpenCLExecutor
  ) throws -> Set<[String]> {
    Set(
      try executor.cuts(of: graph).map { cut in
        [cut.program.file, cut.entry, "\(cut.local ?? [])"] + cut.program.definitions
      }.filter { !$0[0].hasPrefix("portable/") && !tiled.contains($0[0]) })
  }

  private static let tiled = [
    FloatTile.kernel.file, MatrixTile.kernel.file, WarpgroupTile.kernel.file,
  ]

  /// An image has the same bits in a batch that is cut into other tiles.
  @Test(arguments: settings.filter { $0.family == .gpu })
  func tilesOfBatchesChangeNoBit(_ setting: Setting) throws {
    let executor = try setting.executor(.fast)
    func tiles(_ graph: Graph) throws -> [[String]] {
      try executor.cuts(of: graph).filter { Self.tiled.contains($0.program.file) }
        .map(\.program.definitions)
    }
    let pairs = zip(try TuningShapes.samples(), try TuningShapes.samples(images: 3))
    let changed = try pairs.filter { try tiles($0.graph) != tiles($1.graph) }
    #expect(!changed.isEmpty)
    for (one, three) in changed.sorted(by: { $0.0.graph.flops < $1.0.graph.flops }).prefix(2) {
      let images = SeededStream(named: one.name).tensor(three.graph.inputs[0].shape, .activation)
      let batch = try Self.result(of: three, on: executor, images)
      let shape = one.graph.inputs[0].shape
      let last = HostTensor(shape, Array(images.floats.suffix(shape.count)))
      let alone = try Self.result(of: one, on: executor, last)
      #expect(Array(batch.suffix(alone.count)) == alone, "\(one.name)")
    }
  }

  /// A strict result has the same bits with every value, seen on the cheapest shape that it cuts
  /// otherwise.
  @Test(arguments: settings)
  func strictBitsStay(_ setting: Setting) throws {
    let executor = try setting.executor(.strict)
    var known: [String: [Float]] = [:]
    for variant in try Self.variants(of: executor, setting.choices) {
      #expect(!variant.choice.decidesAlgorithm || variant.samples.isEmpty, "\(variant)")
      guard let sample = variant.samples.min(by: { $0.graph.flops < $1.graph.flops }) else {
        continue
      }
      let expected = try known[sample.name] ?? Self.result(of: sample, on: executor)
      known[sample.name] = expected
      #expect(expected.contains { $0 != 0 } && expected.allSatisfy(\.isFinite))
      #expect(
        try Self.result(of: sample, on: variant.executor) == expected, "\(variant), \(sample.name)")
    }
    #expect(known.count >= 5)
  }

  /// - Parameter images: its operand; nil: one of its own.
  private static func result(
    of sample: TuningShapes.Sample, on executor: OpenCLExecutor, _ images: HostTensor? = nil
  ) throws -> [Float] {
    let graph = sample.graph
    let operands = graph.inputs.map { name, _, shape in
      (name, images ?? SeededStream(named: name).tensor(shape, .activation))
    }
    let plan = try executor.plan(graph, weights: SeededWeights(graph.manifest, seed: "tuning"))
    return try #require(
      try plan.run(Dictionary(uniqueKeysWithValues: operands))["result"]?.floats)
  }

  /// The values of a row reach the text of the programs.
  @Test func rowsReachPrograms() throws {
    let setting = try #require(Self.settings.first { $0.family == .cpu })
    let executor = try setting.executor(.fast)
    let tuned = OpenCLExecutor(
      executor, tuning: executor.tuning.replacing([.quadTile: [5, 4], .winogradChannels: [0]]))
    let samples = try TuningShapes.samples()
    func definitions(_ name: String, _ executor: OpenCLExecutor) throws -> Set<String> {
      let sample = try #require(samples.first { $0.name == name })
      return Set(
        try executor.cuts(of: sample.graph).flatMap {
          $0.program.definitions + ["file \($0.program.file)"]
        })
    }
    let product = "1x1 to 128, 64x128x128"
    #expect(try definitions(product, executor).contains("#define MR 6"))
    #expect(try definitions(product, tuned).contains("#define MR 5"))
    let dense = "3x3 to 64, 64x128x128"
    #expect(try definitions(dense, executor).contains("file cpu/winograd"))
    #expect(try definitions(dense, tuned).contains("file cpu/convolution"))
  }
}

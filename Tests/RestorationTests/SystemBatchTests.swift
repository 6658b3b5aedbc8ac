import Execution
import Foundation
import Models
import OpenCL
import Paths
import Pictures
import Tensors
import Testing

@testable import Restoration

/// Pictures that share the evaluations of systems of several networks.
@Suite(.serialized) struct SystemBatchTests {
  /// A system's small random bundle, and pictures for it.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let model: @Sendable () throws -> Model
    let options: @Sendable () -> SystemOptions
    /// What is said of each picture.
    let texts: [String]

    func restorer(
      _ change: (inout SystemOptions) -> Void, on engine: Engine
    ) throws -> Restorer {
      var options = options()
      change(&options)
      return try Restorer(model(), on: engine, options)
    }

    /// Of one size, all different, with seeds of their own.
    /// - Parameter isAlike: whether all texts are as long.
    func subjects(_ count: Int, isAlike: Bool = false) -> [Subject] {
      (0..<count).map { index in
        let planes = (0..<3 * 40 * 24).map { Float(($0 * (index + 3) * 7919) % 1009) / 1009 }
        var texts = ImageTexts()
        if !self.texts.isEmpty {
          texts[.prompt] = [self.texts[isAlike ? 0 : index % self.texts.count]]
        }
        return Subject(
          Picture(width: 40, height: 24, planes: planes), seed: UInt64(index), texts: texts)
      }
    }
  }

  static let mrir = Case(
    testDescription: "MRIR", model: { try Model(Path(MRIRFixture.path("bundle"))) },
    options: {
      var options = SystemOptions()
      (options.steps, options.processSide) = (2, 0)
      return options
    },
    // Of one and of two sequences of tokens.
    texts: ["an", "b c", String(repeating: "d ", count: 90)])

  static let autoDIR = Case(
    testDescription: "AutoDIR", model: { try Model(Path(checkpoint.get())) },
    options: {
      var options = SystemOptions()
      (options.steps, options.mostRounds, options.keepsSteps) = (2, 3, true)
      return options
    }, texts: [])

  /// All pictures go through every network together, where nobody has to find out what is wrong.
  static let toldAutoDIR = Case(
    testDescription: "AutoDIR, told what to remove", model: autoDIR.model,
    options: {
      var options = autoDIR.options()
      options.degradations = [.blur]
      return options
    }, texts: [])

  private static let checkpoint = Result {
    try AutoDIRFixture.write(
      to: FileManager.default.temporaryDirectory
        .appendingPathComponent("limpid-batches-\(ProcessInfo.processInfo.processIdentifier)"))
  }

  /// Eight pictures four at once and each alone, whole and in tiles.
  @Test(arguments: [mrir, autoDIR], [TilingPolicy.auto, .size(width: 32, height: 32)])
  func batchesDoNotShow(_ system: Case, _ tiling: TilingPolicy) throws {
    for index in try Devices.openCL().indices {
      let subjects = system.subjects(8)
      func restored(_ batch: Int) throws -> [RestoredPicture] {
        let engine = try Engine(.openCL(index))
        let restorer = try system.restorer(
          {
            ($0.batching, $0.tiling, $0.overlap) = (.size(batch), tiling, 4)
          }, on: engine)
        return try restorer.restore(subjects).map { try $0.get() }
      }
      let (alone, together) = (try restored(1), try restored(4))
      #expect(Set(alone.map(\.picture)).count == 8)
      for (one, other) in zip(alone, together) {
        #expect(one.picture == other.picture && one.seed == other.seed, "device \(index)")
        #expect(one.rounds.map(\.report.label) == other.rounds.map(\.report.label))
        #expect(one.rounds.map(\.report.probabilities) == other.rounds.map(\.report.probabilities))
        #expect(one.rounds.map(\.picture) == other.rounds.map(\.picture))
      }
    }
  }

  /// A picture that cannot be restored takes no other with it.
  @Test(arguments: [mrir, autoDIR])
  func oneFailsAlone(_ system: Case) throws {
    let engine = try Engine(.auto)
    let restorer = try system.restorer({ $0.batching = .size(4) }, on: engine)
    var subjects = system.subjects(4)
    let expected = try restorer.restore(subjects).map { try $0.get().picture }
    let sound = subjects[2].picture
    subjects[2] = Subject(
      Picture(
        width: sound.width, height: sound.height,
        planes: sound.planes.map { _ in .nan }), seed: 2, texts: subjects[2].texts)
    var shares: [Double] = []
    let results = try restorer.restore(subjects) { shares.append($0.share) }
    for (index, result) in results.enumerated() where index != 2 {
      #expect(try result.get().picture == expected[index])
    }
    let error = #expect(throws: LimpidError.self) { try results[2].get() }
    #expect(error?.kind == .failed)
    #expect(shares.last == 1)
  }

  /// What ends the work ends it for all.
  @Test(arguments: [mrir, autoDIR])
  func cancellationIsNotTriedAgain(_ system: Case) throws {
    let restorer = try system.restorer({ $0.batching = .size(4) }, on: try Engine(.auto))
    var events = 0
    let error = #expect(throws: LimpidError.self) {
      _ = try restorer.restore(system.subjects(4)) { _ in
        events += 1
        throw LimpidError(.interrupted, "stop")
      }
    }
    #expect(error?.kind == .interrupted && events == 1)
  }

  /// As many as fit: what is known beforehand is planned for, what is not makes batches smaller.
  @Test(arguments: [mrir, toldAutoDIR])
  func memoryDecides(_ system: Case) throws {
    let subjects = system.subjects(4, isAlike: true)
    let engine = try Engine(.cpu)
    let memory = try #require(engine.memory)
    let restorer = try system.restorer({ $0.batching = .size(4) }, on: engine)
    let needs = try [1, 2, 4].map { try restorer.need($0, width: 40, height: 24) }
    #expect(needs[0].bytes < needs[1].bytes && needs[1].bytes < needs[2].bytes)
    // What is read once is no more for four.
    #expect((1.5...4.01).contains(needs[2].flops / needs[0].flops))
    _ = memory.takePeak()
    let expected = try restorer.restore(subjects).map { try $0.get().picture }
    let peak = memory.takePeak()
    let share = Double(needs[2].bytes) / Double(peak)
    #expect((0.9...1.1).contains(share), "\(share) of what is taken")

    memory.setLimit((needs[0].bytes + needs[1].bytes) / 2)
    let surprised = try system.restorer({ $0.batching = .size(4) }, on: engine)
    #expect(try surprised.restore(subjects).map { try $0.get().picture } == expected)

    let small = try Engine(.cpu, memoryLimit: needs[1].bytes + 1)
    let planned = try system.restorer({ $0.batching = .size(4) }, on: small)
    #expect(try planned.need(4, width: 40, height: 24).bytes == needs[1].bytes)
    #expect(try planned.restore(subjects).map { try $0.get().picture } == expected)
    #expect(try #require(small.memory).takePeak() <= needs[1].bytes + 1)
  }

  @Test func batchesArePowersOfTwo() {
    #expect((0..<7).grouped(upTo: 4) == [[0, 1, 2, 3], [4, 5], [6]])
    #expect((0..<3).grouped(upTo: 8) == [[0, 1], [2]])
    #expect([0, 1, 2, 3, 15, 16].map(\.powerOfTwo) == [0, 1, 2, 2, 8, 16])
  }
}

import Foundation
import IR
import Networks
import Tensors
import Testing

@testable import OpenCLExecutor

/// What a run of a network costs a GPU beside its arithmetic: launches, the bytes of values that go
/// through its memory, and launches that leave most of a warp idle. Fixtures/launches.tsv has what
/// every network may cost; nothing is compiled or run.
@Suite struct LaunchBudgetTests {
  /// A network on images (or latents) of a square size.
  struct Subject: Sendable, CustomTestStringConvertible {
    let name: String
    let network: any Network
    let side: Int
    var batch = 1

    var testDescription: String { "\(name) \(side)" + (batch > 1 ? "x\(batch)" : "") }
  }

  static let subjects: [Subject] = [
    Subject(name: "NAFNet", network: NAFNet(.init()), side: 256),
    Subject(name: "NAFNet", network: NAFNet(.init()), side: 512),
    Subject(name: "Restormer", network: Restormer(.init()), side: 256),
    Subject(name: "Restormer", network: Restormer(.init()), side: 512),
    Subject(name: "PromptIR", network: PromptIR(.init()), side: 256),
    Subject(name: "DRSformer", network: DRSformer(.init()), side: 256),
    Subject(name: "SFNet", network: SFNet(.init()), side: 256),
    Subject(name: "RRDBNet x4", network: RRDBNet(.init()), side: 128),
    Subject(name: "SRVGGNetCompact x4", network: SRVGGNetCompact(.init()), side: 256),
    Subject(name: "SPAN x4", network: SPAN(.init()), side: 256),
    Subject(name: "RealPLKSR x4", network: RealPLKSR(.init()), side: 128),
    Subject(name: "RCAN x4", network: RCAN(.init()), side: 128),
    Subject(name: "SwinIR x4", network: SwinIR(.init()), side: 128),
    Subject(name: "HAT x4", network: HAT(.init()), side: 128),
    Subject(name: "DAT x4", network: DAT(.init()), side: 128),
    Subject(name: "SRFormer x4", network: SRFormer(.init()), side: 96),
    Subject(name: "OmniSR x4", network: OmniSR(.init()), side: 128),
    Subject(name: "CUNet x2", network: CUNet(.init()), side: 256),
    Subject(name: "UpConv7", network: UpConv7(.init()), side: 256),
    Subject(name: "EDSR x4", network: EDSR(.init()), side: 128),
    Subject(name: "SRMD x4", network: SRMD(.init()), side: 256),
    Subject(name: "SCUNet", network: SCUNet(.init()), side: 256),
    Subject(name: "DRUNet", network: DRUNet(.init()), side: 256),
    Subject(name: "FBCNN", network: FBCNN(.init()), side: 256),
    Subject(name: "Demosaicnet", network: Demosaicnet(.init()), side: 256),
    Subject(name: "DnCNN", network: DnCNN(.init()), side: 256),
    Subject(name: "C2F-DFT", network: DFT(.init()), side: 256),
    Subject(name: "Up-Restorer", network: UpRestorer(.init()), side: 256),
    Subject(name: "LMDIR", network: LMDIR(.init()), side: 256),
    Subject(name: "MRIR refinement", network: RefineLayer(.init()), side: 256),
    Subject(
      name: "Stable Diffusion 1.5 U-Net", network: StableDiffusionVersion.v1.unet(), side: 64,
      batch: 2),
    Subject(
      name: "Stable Diffusion XL U-Net", network: StableDiffusionVersion.xl.unet(), side: 128,
      batch: 2),
    Subject(name: "ControlNet", network: ControlNetModel(.init()), side: 64, batch: 2),
    Subject(name: "Stable Diffusion decoder", network: AutoencoderKL(.init()), side: 64),
    Subject(name: "CLIP text", network: CLIPTextModel(.init()), side: 64),
    Subject(name: "CLIP vision", network: CLIPVisionModel(.init()), side: 224),
  ]

  private static let table: [String: Cost] = {
    guard let folder = Bundle.module.resourceURL,
      let text = try? String(
        contentsOf: folder.appendingPathComponent("Fixtures/launches.tsv"), encoding: .utf8)
    else { return [:] }
    let rows = text.split(separator: "\n").dropFirst().map { $0.components(separatedBy: "\t") }
    let costs = rows.map { ($0[0], Cost($0[1...].map { Int($0) ?? -1 })) }
    return Dictionary(uniqueKeysWithValues: costs)
  }()

  @Test(arguments: subjects, [false, true])
  func keepsToItsBudget(_ subject: Subject, inHalf usesHalf: Bool) throws {
    let graph = try subject.network.graph(
      batch: subject.batch, height: subject.side, width: subject.side)
    let cost = Cost(try H200Plan.lowered(graph, usesHalf ? .f16 : .f32))
    let name = "\(subject.testDescription) \(usesHalf ? "f16" : "f32")"
    #expect(cost == Self.table[name], "launches.tsv should say:\n\(name)\t\(cost)")
  }

  /// No launch needs more groups on an axis but the first than every GPU has.
  @Test(arguments: subjects.filter { $0.name != "CLIP vision" })
  func groupsFitEveryAxis(_ subject: Subject) throws {
    let graph = try subject.network.graph(
      batch: 4 * subject.batch, height: 2 * subject.side, width: 2 * subject.side)
    for step in try H200Plan.lowered(graph, .f16).steps {
      for global in step.globals {
        let groups = zip(global, step.local ?? []).dropFirst().map { $0 / $1 }
        #expect(groups.allSatisfy { $0 <= 65_535 }, "\(step.program.file) \(step.label): \(groups)")
      }
    }
  }
}

/// What the launches of a run come to.
private struct Cost: Equatable, CustomStringConvertible {
  private let launches: Int
  /// Of values, read or written, each counted once for a launch.
  private let mebibytes: Int
  /// Launches in groups of fewer work-items than a warp.
  private let smallLaunches: Int

  /// - Parameter columns: of the table.
  init(_ columns: [Int]) {
    (launches, mebibytes, smallLaunches) = (columns[0], columns[1], columns[2])
  }

  init(_ lowered: LoweredGraph) {
    let turns = lowered.schedule.turns.map { lowered.steps[$0.step] }
    launches = turns.count
    smallLaunches = turns.count { ($0.local ?? []).reduce(1, *) < 32 }
    let bytes = turns.reduce(0) { sum, step in
      sum
        + Set(step.storages).reduce(0) {
          guard case .arena(let index) = $1 else { return $0 }
          return $0 + lowered.arena[index]
        }
    }
    mebibytes = bytes >> 20
  }

  var description: String { "\(launches)\t\(mebibytes)\t\(smallLaunches)" }
}

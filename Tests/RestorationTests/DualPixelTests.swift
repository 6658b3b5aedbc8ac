import Conformance
import Foundation
import Networks
import Paths
import Tensors
import TestSupport
import Testing

@testable import Execution
@testable import Models
@testable import Pictures
@testable import Restoration

/// Guided networks for both views of a dual-pixel camera.
@Suite struct DualPixelTests {
  /// A file of a small random network, which goes away with it.
  private final class File {
    let path = Path(NSTemporaryDirectory() + "limpid-views-\(UUID().uuidString).safetensors")

    init() throws { try DualPixelCheckpoint.write(to: path) }

    deinit { try? FileManager.default.removeItem(atPath: path.text) }
  }

  private static func picture(_ name: String, _ width: Int, _ height: Int) -> Picture {
    let tensor = SeededStream(named: name).tensor([3, height, width], .uniform(0...1))
    return Picture(width: width, height: height, planes: tensor.floats)
  }

  private static func options(_ edit: (inout SystemOptions) -> Void = { _ in }) -> SystemOptions {
    var options = SystemOptions()
    options.rightView = "right.png"
    edit(&options)
    return options
  }

  private static func subject(_ name: String, width: Int = 40) -> Subject {
    Subject(
      picture("\(name).left", width, 24), seed: 1, reference: picture("clean", 30, 50),
      rightView: picture("\(name).right", width, 24))
  }

  private static func restored(
    _ subjects: [Subject], _ file: File, _ options: SystemOptions = options()
  ) throws -> [RestoredPicture] {
    let model = try Model(file.path)
    let kind = try RestorationSystems.system(for: model, accepting: options)
    return try kind.init(model, on: try Engine(.auto), options).restore(subjects) { _ in }
  }

  /// What is restored is the left view's channels before the right one's, alone and together.
  @Test func viewsAreChannelsOfOneImage() throws {
    let file = try File()
    let subjects = [Self.subject("a"), Self.subject("b")]
    let together = try Self.restored(subjects, file).map(\.picture)
    let (model, engine) = (try Model(file.path), try Engine(.auto))
    for (subject, result) in zip(subjects, together) {
      let right = try #require(subject.rightView)
      let guidance = try #require(subject.reference)
      let operands = [
        "image": HostTensor([1, 6, 24, 40], subject.picture.planes + right.planes),
        "reference_image": HostTensor([1, 3, 50, 30], guidance.planes),
      ]
      let graph = try model.network.graph(operands.mapValues(\.shape))
      let output = try engine.plan(graph, weights: model.weights).run(operands)["output"]
      #expect(result.planes == output?.floats)
      let swapped = Subject(
        right, seed: 1, reference: guidance, rightView: subject.picture)
      #expect(try Self.restored([swapped], file)[0].picture != result)
    }
    #expect(together[0] != together[1])
  }

  /// Both views of a tile are cut at its place.
  @Test func tilesSeeBothViews() throws {
    let file = try File()
    let (options, subject) = (
      Self.options { $0.tiling = .size(width: 64, height: 64) },
      Self.subject("wide", width: 200)
    )
    let restored = try Self.restored([subject], file, options)[0]
    #expect(restored.tile?.width == 64)
    var planes = try #require(subject.rightView).planes
    // The last pixel of the right view is far from the first tile, and in the last.
    planes[planes.count - 1] = 1 - planes[planes.count - 1]
    let changed = Subject(
      subject.picture, seed: 1, reference: subject.reference,
      rightView: Picture(width: 200, height: 24, planes: planes))
    let other = try Self.restored([changed], file, options)[0]
    #expect(other.picture.planes[0] == restored.picture.planes[0])
    #expect(other.picture.planes.last != restored.picture.planes.last)
  }

  /// A wrong number of views is told before anything runs, and views that do not fit.
  @Test func wrongViewsAreRefused() throws {
    let file = try File()
    func refusal(_ options: SystemOptions, of subject: Subject) -> LimpidError? {
      #expect(throws: LimpidError.self) { try Self.restored([subject], file, options) }
    }
    let subject = Self.subject("a")
    let one = refusal(Self.options { $0.rightView = nil }, of: subject)
    #expect(one?.kind == .usage && one?.remedy == .giveRightView)
    #expect(one?.message.contains("two views of a dual-pixel camera, and one was given") == true)
    let turned = refusal(Self.options { $0.isEnsemble = true }, of: subject)
    #expect(turned?.remedy == .leaveOut(["tta"]))
    let missing = refusal(
      Self.options(), of: Subject(subject.picture, seed: 1, reference: subject.reference))
    #expect(missing?.remedy == .giveRightView)
    let narrow = refusal(
      Self.options(),
      of: Subject(
        subject.picture, seed: 1, reference: subject.reference,
        rightView: Self.picture("narrow", 39, 24)))
    #expect(
      narrow?.description == "the left view has 40x24 pixels, the right one 39x24")
    let plain = try Model(Path(TextualDegRemovalSystemTests.bundle.get()))
    let two = #expect(throws: LimpidError.self) {
      try TextualDegRemovalSystem(plain, on: try Engine(.auto), Self.options())
    }
    #expect(two?.remedy == .leaveOut(["right-view"]))
    #expect(two?.message.contains("it restores one view, and two were given") == true)
  }

  @Test func whatItTakesIsPredicted() throws {
    let file = try File()
    let system = try TextualDegRemovalSystem(
      try Model(file.path), on: try Engine(.auto), Self.options())
    #expect(try system.need(width: 40, height: 24).flops > 0)
    #expect(try system.speed() > 0)
  }
}

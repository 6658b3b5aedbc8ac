import Execution
import Foundation
import Models
import Paths
import Pictures
import Restoration
import SystemFixtures
import Testing

/// What systems of several networks say that they take, against what the device is asked for.
@Suite(.serialized) struct NeedTests {
  private func expectPredicted(
    _ system: any RestorationSystem, _ subject: Subject, on engine: Engine
  ) throws {
    let (width, height) = (subject.picture.width, subject.picture.height)
    let memory = try #require(engine.memory)
    let before = memory.bytes
    let need = try system.need(width: width, height: height)
    #expect(memory.bytes == before)
    _ = memory.takePeak()
    _ = try system.restore([subject]) { _ in }
    let share = Double(need.bytes) / Double(memory.takePeak())
    #expect((0.9...1.1).contains(share), "\(share) of what is taken")
  }

  private func temporaryFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  /// Restorer, text tower and what paints the reference.
  @Test func ofLMDIR() throws {
    let (folder, engine) = (try temporaryFolder(), try Engine(.auto))
    defer { try? FileManager.default.removeItem(at: folder) }
    let model = try Model(Path(try LMDIRFixture.writeBundles(to: folder)))
    let system = try LMDIRSystem(model, on: engine, LMDIRFixture.options())
    try expectPredicted(system, try LMDIRFixture().subject(), on: engine)
  }

  /// What paints the guidance image beside the restorer.
  @Test func ofTextualDegRemoval() throws {
    let (folder, engine) = (try temporaryFolder(), try Engine(.auto))
    defer { try? FileManager.default.removeItem(at: folder) }
    let model = try Model(Path(try TextualDegRemovalFixture.writeBundles(to: folder)))
    var options = SystemOptions()
    options.steps = 2
    options.keepsReferences = false
    let system = try TextualDegRemovalSystem(model, on: engine, options)
    let subject = Subject(try TextualDegRemovalFixture().picture(0), seed: 7)
    try expectPredicted(system, subject, on: engine)
  }

  /// All networks beside each other, the U-Net with the conditionings that it is asked under at
  /// once: one, two or three.
  @Test(arguments: [(1.0, 1.0), (2.5, 1.0), (2.5, 1.3)])
  func ofAutoDIR(_ text: Double, _ image: Double) throws {
    let (folder, engine) = (try temporaryFolder(), try Engine(.auto))
    defer { try? FileManager.default.removeItem(at: folder) }
    var options = SystemOptions()
    options.steps = 2
    options.degradations = [.blur]
    (options.textGuidance, options.imageGuidance) = (text, image)
    let model = try Model(Path(try AutoDIRFixture.write(to: folder)))
    let system = try AutoDIRSystem(model, on: engine, options)
    let (width, height) = (200, 136)
    let planes = (0..<3 * width * height).map { Float($0 * 7919 % 1009) / 1009 }
    let picture = Picture(width: width, height: height, planes: planes)
    try expectPredicted(system, Subject(picture, seed: 7), on: engine)
  }

  @Test func ofMRIR() throws {
    let engine = try Engine(.auto)
    var (subject, options) = try MRIRFixture.request("one")
    options.steps = 2
    let system = try MRIRSystem(
      try Model(Path(MRIRFixture.path("bundle"))), on: engine, options)
    try expectPredicted(system, subject, on: engine)
  }
}

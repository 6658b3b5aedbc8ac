import Checkpoints
import Foundation
import Images
import Paths
import Tensors
import TestSupport
import Testing

/// `--seed-mode fixed --rng cpu` makes the pictures that PyTorch makes at the same seed, and what a
/// run records makes one picture of a folder again alone.
@Suite struct SeedModeTests {
  private static func fixture(_ entry: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../SystemFixtures/Fixtures/\(entry)").standardized.path
  }

  /// What a restatement expects.
  private static func expected(_ name: String, of system: String) throws -> HostTensor {
    try SafetensorsFile(path: Path(fixture("\(system)/expected.safetensors"))).tensor(named: name)
  }

  private static func write(
    _ name: String, of system: String, as file: String, to folder: TemporaryFolder
  ) throws {
    let picture = try expected(name, of: system)
    let image = Image(
      width: picture.shape[2], height: picture.shape[1], channels: .rgb, samples: picture.floats)
    try folder.write(image, file)
  }

  private static func restore(
    _ arguments: [String], in folder: TemporaryFolder
  ) throws -> Command.Outcome {
    let common = ["restore", "-g", "cpu", "--bit-depth", "16"]
    let outcome = try Command.run(common + arguments, in: folder)
    #expect(outcome.code == 0, "\(arguments): \(outcome.errors)")
    return outcome
  }

  private static func difference(_ image: Image, _ expected: HostTensor) -> Float {
    zip(image.samples, expected.floats).map { abs($0 - $1) }.max() ?? 1
  }

  /// Three rounds of AutoDIR as its restatement draws them (tools/fixtures/autodir.py).
  @Test func autoDIRBeginsWhereTorchDoes() throws {
    let folder = try TemporaryFolder()
    let fixture = URL(fileURLWithPath: Self.fixture("autodir"))
    _ = try AutoDIRCheckpoint.write(to: folder.url, fixture: fixture)
    try Self.write("picture", of: "autodir", as: "any name.png", to: folder)
    let arguments = [
      "-m", "autodir.safetensors", "-i", "any name.png", "-o", "out.png", "--steps", "4",
      "--loop-steps", "3", "--rng", "cpu", "--seed", "7",
    ]
    _ = try Self.restore(arguments + ["--seed-mode", "fixed"], in: folder)
    let wanted = try Self.expected("plain.round.2", of: "autodir")
    #expect(Self.difference(try folder.image("out.png"), wanted) <= 1e-4)
    _ = try Self.restore(arguments + ["--overwrite"], in: folder)
    #expect(Self.difference(try folder.image("out.png"), wanted) > 1e-2)
  }

  /// MRIR as its restatement over diffusers draws it (tools/fixtures/mrir_system.py).
  @Test func mrirBeginsWhereTorchDoes() throws {
    let folder = try TemporaryFolder()
    try Self.write("picture", of: "mrir", as: "in.png", to: folder)
    let arguments = [
      "-m", Self.fixture("mrir/bundle"), "-i", "in.png", "-o", "out.png", "--steps", "10",
      "--prompt", "an", "--negative-prompt", "f", "--upscale", "2", "--start", "noise",
      "--process-size", "0",
      "--controlnet-conditioning-scale", "0.6",
    ]
    let noise = ["--rng", "cpu", "--seed", "4", "--seed-mode", "fixed"]
    _ = try Self.restore(arguments + noise, in: folder)
    let wanted = try Self.expected("noise", of: "mrir")
    #expect(Self.difference(try folder.image("out.png"), wanted) <= 1e-4)
  }

  /// The guidance image that TextualDegRemoval paints is its restatement's, which is of 8 bits
  /// (tools/fixtures/textualdegremoval_guidance.py).
  @Test func textualDegRemovalBeginsWhereTorchDoes() throws {
    let folder = try TemporaryFolder()
    try Self.write("picture.1", of: "textualdegremoval", as: "in.png", to: folder)
    let arguments = [
      "-m", Self.fixture("textualdegremoval/guided.safetensors"), "-i", "in.png", "-o", "out.png",
      "--reference-cache", "kept", "--rng", "cpu", "--seed", "42", "--seed-mode", "fixed",
    ]
    _ = try Self.restore(arguments, in: folder)
    let kept = try #require(folder.images(in: "kept").first)
    let wanted = try Self.expected("guidance.1", of: "textualdegremoval")
    let wrong = zip(try folder.image("kept/" + kept).samples, wanted.floats).count {
      abs($0 - $1) > 1e-4
    }
    // A value between two levels may fall to either.
    #expect(wrong <= wanted.count / 500)
  }

  /// By default the path decides; fixed, only the seed does, and an image's recorded seed makes it
  /// again under another name.
  @Test func recordedSeedsMakePicturesAgain() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("in")
    for name in ["a", "b"] {
      try Self.write("picture", of: "mrir", as: "in/\(name).png", to: folder)
    }
    let model = [
      "-m", Self.fixture("mrir/bundle"), "--prompt", "an", "--steps", "2", "--process-size", "0",
    ]
    let outcome = try Self.restore(model + ["-i", "in", "-o", "out", "--json"], in: folder)
    let (a, b) = (try folder.image("out/a.png"), try folder.image("out/b.png"))
    #expect(a.samples != b.samples)
    let events = try outcome.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    let done = try #require(
      events.first { $0["out"] as? String == "out/b.png" && $0["seed"] != nil })
    let seed = try #require(done["seed"] as? String)
    let ledger = String(decoding: try folder.bytes("out/.limpid-run.jsonl"), as: UTF8.self)
    #expect(ledger.contains(#""seed":"\#(seed)""#))
    #expect(b.recordedSettings?.contains("image seed \(seed)") == true)
    let again = model + ["--seed", seed, "--seed-mode", "fixed", "-o", "again.png"]
    _ = try Self.restore(again + ["-i", "in/a.png"], in: folder)
    #expect(try folder.image("again.png").samples == b.samples)
    _ = try Self.restore(
      model + ["-i", "in", "-o", "same", "--seed", "5", "--seed-mode", "fixed"], in: folder)
    let same = try ["a", "b"].map { try folder.image("same/\($0).png") }
    #expect(same[0].samples == same[1].samples && same[0].samples != a.samples)
    #expect(same[0].recordedSettings?.contains("seed 5, seed-mode fixed") == true)
  }

  @Test(arguments: ["18446744073709551616", "1.5", "x"])
  func refusesWhatIsNoSeed(_ seed: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      ["restore", "-i", "in.png", "-o", "out.png", "--seed", seed], in: folder)
    #expect(outcome.code == 64, "\(outcome.errors)")
  }
}

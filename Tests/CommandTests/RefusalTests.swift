import Foundation
import Images
import Testing

/// Whatever is wrong gets one clear line, the documented exit code and no output.
@Suite struct RefusalTests {
  /// A way to call `restore` that must fail.
  struct Refusal: Sendable, CustomStringConvertible {
    let description: String
    var input = "in.png"
    var output = "out.png"
    var extra: [String] = []
    var environment: [String: String] = [:]
    let code: Int32
    /// What the line must say.
    let says: String
  }

  static let refusals: [Refusal] = [
    Refusal(description: "missing file", input: "none.png", code: 66, says: "none.png: no such"),
    Refusal(description: "empty folder", input: "empty", code: 66, says: "holds no images"),
    Refusal(description: "text named .png", input: "text.png", code: 2, says: "looks like text"),
    Refusal(description: "truncated PNG", input: "cut.png", code: 2, says: "truncated"),
    Refusal(description: "huge PNG", input: "huge.png", code: 2, says: "60000x60000"),
    Refusal(
      description: "folder to image name", input: "folder", code: 64, says: "need a folder"),
    Refusal(
      description: "lying checkpoint", extra: ["-m", "lying.safetensors"], code: 65,
      says: "data_offsets"),
    Refusal(
      description: "unknown network", extra: ["-m", "unknown.safetensors"], code: 65,
      says: "no known network"),
    Refusal(
      description: "missing checkpoint", extra: ["-m", "none.safetensors"], code: 66,
      says: "none.safetensors"),
    Refusal(
      description: "folder as checkpoint", extra: ["-m", "folder"], code: 65, says: "folder"),
    Refusal(
      description: "no OpenCL", environment: ["OCL_ICD_VENDORS": "/nonexistent"], code: 69,
      says: "no OpenCL device"),
    Refusal(description: "no such index", extra: ["-g", "opencl:99"], code: 69, says: "no such"),
    Refusal(description: "no such device", extra: ["-g", "abacus"], code: 69, says: "abacus"),
    Refusal(description: "output exists", output: "there.png", code: 73, says: "exists already"),
    Refusal(
      description: "output is input", output: "in.png", extra: ["--overwrite"], code: 73,
      says: "never overwritten"),
    Refusal(
      description: "output is input by another name", output: "link.png", extra: ["--overwrite"],
      code: 73, says: "never overwritten"),
    Refusal(
      description: "no place for output", output: "in.png/out.png", code: 73, says: "in.png"),
    Refusal(
      description: "JPEG of alpha", input: "alpha.png", output: "out.jpg", code: 2,
      says: "--background"),
    Refusal(description: "no format", output: "out.gif", code: 64, says: "--format"),
    Refusal(description: "bad flag", extra: ["--sharpen"], code: 64, says: "--sharpen"),
    Refusal(description: "bad tile", extra: ["-t", "7"], code: 64, says: "--tile"),
    Refusal(description: "bad dtype", extra: ["--dtype", "f64"], code: 64, says: "f64"),
    Refusal(
      description: "half reference", extra: ["-g", "reference", "--dtype", "f16"], code: 64,
      says: "f32"),
  ]

  @Test(arguments: refusals)
  func isOneClearLine(_ refusal: Refusal) throws {
    let folder = try Self.folder()
    let before = folder.files
    let outcome = try Command.run(
      ["restore", "-i", refusal.input, "-o", refusal.output] + refusal.extra, in: folder,
      environment: refusal.environment)
    #expect(outcome.code == refusal.code)
    #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("limpid: "))
    #expect(outcome.errors.contains(refusal.says), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(folder.files == before)
    #expect(try folder.bytes("there.png") == [1, 2, 3])
    #expect(try folder.bytes("in.png") == SampleFiles.png())
  }

  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(), "in.png")
    try folder.write(SampleFiles.image(.rgba), "alpha.png")
    try folder.write(Array("not a picture\n".utf8), "text.png")
    let png = try SampleFiles.png()
    try folder.write(Array(png.prefix(png.count * 2 / 3)), "cut.png")
    try folder.write(SampleFiles.hugePNG, "huge.png")
    try folder.write([1, 2, 3], "there.png")
    try folder.write(SampleFiles.lyingCheckpoint, "lying.safetensors")
    try SampleFiles.writeUnknownNetwork(to: folder.path("unknown.safetensors"))
    try folder.makeFolder("empty")
    try folder.makeFolder("folder")
    try folder.write(SampleFiles.image(), "folder/a.png")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link.png"), withDestinationPath: "in.png")
    return folder
  }

  @Test(arguments: [["inspect"], ["parity"], ["bench"]])
  func otherSubcommandsRefuseBadWeights(_ subcommand: [String]) throws {
    let folder = try Self.folder()
    for (file, code) in [("lying.safetensors", 65), ("none", 66)] as [(String, Int32)] {
      let outcome = try Command.run(subcommand + [file], in: folder)
      #expect(outcome.code == code)
      #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
      #expect(outcome.errors.hasPrefix("limpid: \(file): "), "\(outcome.errors)")
    }
  }

  @Test func twoInputsOfOneNameAreFoundBeforeWorkBegins() throws {
    let folder = try Self.folder()
    let outcome = try Command.run(
      ["restore", "-i", "in.png", "-i", "folder/a.png", "-i", "empty/../in.png", "-o", "results"],
      in: folder)
    #expect(outcome.code == 64)
    #expect(outcome.errors.contains("would both become results/in.png"))
    #expect(!folder.files.contains { $0.hasPrefix("results") })
  }
}

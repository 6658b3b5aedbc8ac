import Foundation
import Testing

/// Texts about pictures, by a random model of a few layers.
@Suite struct DescribeTests {
  /// A folder with the model `llava`, and pictures of several shapes in `in`.
  private func folder(_ config: String = TinyLLaVA.config) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try TinyLLaVA.write(to: folder, config)
    try folder.makeFolder("in")
    for (name, width) in [("a", 20), ("b", 13), ("c", 7), ("d", 31)] {
      try folder.write(SampleFiles.image(width: width, height: 13), "in/\(name).png")
    }
    return folder
  }

  private func describe(
    _ more: [String] = [], in folder: TemporaryFolder
  ) throws -> Command.Outcome {
    try Command.run(
      ["describe", "-m", "llava", "-i", "in", "--max-tokens", "12", "-g", "reference"] + more,
      in: folder)
  }

  private func texts(_ folder: TemporaryFolder) throws -> [String: [String: String]] {
    let file = try JSONSerialization.jsonObject(with: Data(try folder.bytes("in/texts.json")))
    return try #require((file as? [String: Any])?["images"] as? [String: [String: String]])
  }

  /// The towers and the language model take a GPU's way too.
  @Test(arguments: ImitatedGPU.all)
  func gpusTellTheSame(_ gpu: ImitatedGPU) throws {
    let folder = try folder()
    let reference = try describe(["-o", "reference.json"], in: folder)
    try #require(reference.code == 0, "\(reference.errors)")
    let outcome = try Command.run(
      ["describe", "-m", "llava", "-i", "in", "--max-tokens", "12", "-g", "0", "-o", "gpu.json"],
      in: folder, environment: try gpu.environment())
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try folder.bytes("gpu.json") == folder.bytes("reference.json"))
  }

  /// A text does not depend on the pictures beside it, nor on those that have one already.
  @Test func everyPictureIsDescribedOnce() throws {
    let folder = try folder()
    #expect(try describe(["-o", "in/texts.json"], in: folder).code == 0)
    let alone = try texts(folder)
    #expect(alone.keys.sorted() == ["a.png", "b.png", "c.png", "d.png"])
    #expect(alone.values.allSatisfy { $0["prompt"] != nil })

    var fewer = alone
    fewer["b.png"] = nil
    fewer["c.png"] = ["prompt": "as it was", "content": "a bird"]
    let file = try JSONSerialization.data(withJSONObject: ["images": fewer, "prompt": "all"])
    try folder.write([UInt8](file), "in/texts.json")
    let again = try describe(["-o", "in/texts.json", "--batch-size", "3"], in: folder)
    #expect(again.code == 0)
    var expected = fewer
    expected["b.png"] = alone["b.png"]
    #expect(try texts(folder) == expected)
    let whole = try JSONSerialization.jsonObject(with: Data(try folder.bytes("in/texts.json")))
    #expect((whole as? [String: Any])?["prompt"] as? String == "all")
  }

  @Test func linesGoToStandardOutput() throws {
    let folder = try folder()
    let outcome = try describe(
      ["--kind", "content", "--temperature", "1", "--batch-size", "4"], in: folder)
    #expect(outcome.code == 0)
    let lines = try outcome.output.split(separator: "\n").map {
      try #require(
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String])
    }
    #expect(lines.map { $0["image"] } == ["a.png", "b.png", "c.png", "d.png"])
    #expect(lines.allSatisfy { $0["content"] != nil })
    let single = try describe(
      ["--kind", "content", "--temperature", "1", "--batch-size", "1"], in: folder)
    #expect(single.output == outcome.output)
  }

  @Test func aBrokenPictureStopsNoOther() throws {
    let folder = try folder()
    try folder.write(Array("no picture".utf8), "in/b.png")
    let outcome = try describe(["-o", "in/texts.json", "--batch-size", "2"], in: folder)
    #expect(outcome.code == 1)
    #expect(outcome.errorLines.count == 1 && outcome.errors.contains("in/b.png"))
    #expect(try texts(folder).keys.sorted() == ["a.png", "c.png", "d.png"])
  }

  /// One line that names what is wrong, and the documented exit code.
  @Test func otherModelsAreRefused() throws {
    let next = try folder(
      TinyLLaVA.config.replacingOccurrences(of: "LlavaFor", with: "LlavaNextFor"))
    let outcome = try describe(in: next)
    #expect(outcome.code == 65 && outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("LlavaNextForConditionalGeneration"))

    let blocks = try folder()
    try blocks.write(
      Array("GGUF".utf8) + [3, 0, 0, 0] + [0, 0, 0, 0, 0, 1, 0, 0]
        + [UInt8](repeating: 0, count: 8),
      "model.gguf")
    let alone = try Command.run(["describe", "-m", "model.gguf", "-i", "in"], in: blocks)
    #expect(alone.code == 66 && alone.errors.contains("mmproj"))
    try blocks.write([], "mmproj.gguf")
    let hostile = try Command.run(["describe", "-m", "model.gguf", "-i", "in"], in: blocks)
    #expect(hostile.code == 65 && hostile.errorLines.count == 1)
    #expect(hostile.errors.contains("the count of tensors is 1099511627776"))
  }
}

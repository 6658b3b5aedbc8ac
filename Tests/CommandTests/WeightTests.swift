import Checkpoints
import Foundation
import Paths
import Tensors
import Testing

/// What the program says of weights that are none, or no finite numbers.
@Suite struct WeightTests {
  @Test(arguments: [
    ("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "git lfs pull"),
    ("<!DOCTYPE html><html></html>", "an HTML page"), ("", "the file is empty"),
    ("GGUF\u{3}\0\0\0", "a valid GGUF file"), ("7767517\n75 83\n", "an ncnn graph"),
  ])
  func filesOfOtherKindsAreNamed(_ content: String, _ says: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(Array(content.utf8), "weights")
    let outcome = try Command.run(["inspect", "weights"], in: folder)
    #expect(outcome.code == 65)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errorLines.first?.contains(says) == true, "\(outcome.errorLines)")
  }

  /// The built-in denoiser with broken numbers in it.
  @Test func brokenNumbersAreTold() throws {
    let folder = try TemporaryFolder()
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = try SafetensorsFile(
      path: Path(sources.appendingPathComponent("Sources/CModels/denoiser.safetensors").path))
    var tensors = try file.entries.map { ($0.name, try file.tensor(named: $0.name)) }
    let place = try #require(tensors.firstIndex { $0.0 == "intro.bias" })
    var numbers = tensors[place].1.floats
    (numbers[0], numbers[1]) = (.nan, .infinity)
    tensors[place].1 = HostTensor(tensors[place].1.shape, numbers)
    try Safetensors.write(tensors, to: Path(folder.path("weights")))
    let outcome = try Command.run(["inspect", "weights"], in: folder)
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("not finite: 1 NaN and 1 infinity in 1 tensors"))
    let verified = try Command.run(["verify", "weights"], in: folder)
    #expect(verified.code == 1 && verified.errors.contains("weights: 1 NaN and 1 infinity"))
    #expect(try Command.run(["verify", "missing"], in: folder).code == 66)
    let report = try Command.run(["inspect", "--json", "weights"], in: folder).json()
    let broken = try #require(report["non_finite"] as? [[String: Any]])
    #expect(broken.map { $0["name"] as? String } == ["intro.bias"])
    #expect(broken.map { $0["nan"] as? Int } == [1])
  }
}

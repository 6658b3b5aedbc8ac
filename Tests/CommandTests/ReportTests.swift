import Checkpoints
import Execution
import Foundation
import Generation
import Models
import Paths
import Tensors
import Testing

/// What `inspect`, `devices`, `parity` and `bench` print for programs.
@Suite struct ReportTests {
  @Test func inspect() throws {
    let folder = try TemporaryFolder()
    let report = try Command.run(["inspect", "--json"], in: folder).json()
    #expect(report["file"] as? String == "builtin")
    #expect(report["architecture"] as? String == "NAFNet")
    #expect(report["global_operators"] as? Bool == true)
    let choices = try #require(report["hyperparameters"] as? [String: Any])
    #expect(choices["width"] as? Int != nil && choices["enc_blk_nums"] as? [Int] != nil)
    #expect(try #require(report["parameter_count"] as? Int) > 1000)
    #expect(try #require(report["file_bytes"] as? Int) <= 6_000_000)
    #expect(try #require(report["why"] as? [[String: Any]]).count > 3)
    #expect(try #require(report["unused"] as? [Any]).isEmpty)
  }

  @Test func devices() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(["devices", "--json", "--probe"], in: folder)
    let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let devices = try #require(value as? [[String: Any]])
    #expect(devices.last?["id"] as? String == "reference")
    for (index, device) in devices.dropLast().enumerated() {
      #expect(device["id"] as? String == "opencl:\(index)" && device["index"] as? Int == index)
      for key in ["name", "vendor", "driver", "version", "class"] {
        #expect(device[key] as? String != nil, "\(key)")
      }
      #expect(try #require(device["memory_bytes"] as? Int) > 0)
      let isCPU = device["class"] as? String == "cpu"
      #expect(device["kernels"] as? String == (isCPU ? "cpu" : "gpu"))
      #expect((device["wgmma"] is String) == !isCPU)
    }
  }

  @Test func withoutOpenCLTheReferenceIsLeft() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      ["devices"], in: folder, environment: ["OCL_ICD_VENDORS": "/nonexistent"])
    #expect(outcome.code == 0)
    #expect(outcome.output.hasPrefix("reference"))
    #expect(outcome.errorLines.count == 1)
  }

  @Test func version() throws {
    let outcome = try Command.run(["--version"], in: try TemporaryFolder())
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("limpid ") && outcome.output.contains("compiler: "))
    #expect(outcome.output.contains("OpenCL: "))
  }

  @Test func bench() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      ["bench", "-g", "cpu", "--size", "13x20", "-r", "3", "--warmup", "0", "--json", "--kernels"],
      in: folder)
    let report = try outcome.json()
    for key in ["median_s", "min_s", "max_s", "images_per_s", "gflop_per_s"] {
      #expect(try #require(report[key] as? Double) > 0, "\(key)")
    }
    for key in ["peak_device_bytes", "rss_bytes"] {
      #expect(try #require(report[key] as? Int) > 0, "\(key)")
    }
    #expect(report["size"] as? String == "13x20" && report["repeats"] as? Int == 3)
    let kernels = try #require(report["kernels"] as? [[String: Any]])
    let share = kernels.reduce(0) { $0 + ($1["share"] as? Double ?? 0) }
    #expect(abs(share - 1) < 1e-6)
  }

  @Test func parityOfNodes() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run(
      ["parity", "-g", "cpu", "--size", "13x20", "--seed", "7", "--json"], in: folder)
    #expect(outcome.code == 0, "\(outcome.output)")
    let report = try outcome.json()
    #expect(report["passed"] as? Bool == true)
    #expect(try #require(report["nodes"] as? Int) > 10)
  }

  @Test(arguments: [0, 0.01, Float.nan])
  func parityOfFiles(_ offset: Float) throws {
    let folder = try TemporaryFolder()
    try Self.writeParityFiles(folder, offset: offset)
    let outcome = try Command.run(
      ["parity", "builtin", "--inputs", "in.st", "--expected", "out.st", "-g", "cpu", "--json"],
      in: folder)
    let report = try outcome.json()
    #expect(outcome.code == (offset == 0 ? 0 : 1))
    #expect(Set(report.keys) == ["passed", "outputs"])
    #expect(report["passed"] as? Bool == (offset == 0))
    let outputs = try #require(report["outputs"] as? [String: [String: Double]])
    #expect(Set(outputs.keys) == ["output"])
    let output = try #require(outputs["output"])
    #expect(Set(output.keys) == ["max_abs", "nmse", "psnr"])
    #expect(try #require(output["max_abs"]) >= (offset == 0 ? 0 : 0.009))
  }

  @Test func parityRefusesOtherOutputs() throws {
    let folder = try TemporaryFolder()
    try Self.writeParityFiles(folder, offset: 0)
    let outcome = try Command.run(
      ["parity", "--inputs", "in.st", "--expected", "in.st", "-g", "cpu"], in: folder)
    #expect(outcome.code == 65)
    #expect(outcome.errorLines.count == 1 && outcome.errors.contains("output"))
  }

  /// Two images and what the reference makes of them, one element off by `offset`.
  private static func writeParityFiles(_ folder: TemporaryFolder, offset: Float) throws {
    let model = try Model(.denoiser)
    let graph = try model.network.graph(batch: 2, height: 13, width: 20)
    let operands = SeededNoise(seed: 1).operands(for: graph)
    let plan = try Engine(.reference).plan(graph, weights: model.weights)
    let result = try #require(try plan.run(operands)["output"])
    var elements = result.floats
    elements[17] += offset
    try Safetensors.write([("image", operands["image"]!)], to: Path(folder.path("in.st")))
    try Safetensors.write(
      [("output", HostTensor(result.shape, elements))], to: Path(folder.path("out.st")))
  }
}

import Checkpoints
import Execution
import Foundation
import Generation
import Images
import Models
import Paths
import Pictures
import SystemFixtures
import Tensors
import Testing

/// A tiny random pipeline with what diffusers makes of a request: a folder written by
/// tools/fixtures/pipelines.py.
struct PipelineFixture: CustomTestStringConvertible, Sendable {
  let name: String

  static let all = ["sd15", "sd21", "sdxl", "controlnet"].map(PipelineFixture.init)

  var testDescription: String { name }

  var path: String { Fixtures.path("pipelines/\(name)") }

  func pipeline(on device: DeviceSelector, dtype: DType = .f32) throws -> TextToImage {
    try TextToImage(try Folder(Path(path)), on: try Engine(device, dtype: dtype))
  }

  /// What was asked for.
  func request() throws -> (requests: [TextToImage.Request], settings: TextToImage.Options) {
    let data = try Data(contentsOf: URL(fileURLWithPath: path + "/request.json"))
    let json = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    let prompts = try #require(json["prompt"] as? [String])
    let seeds = try #require(json["seeds"] as? [Int])
    let negatives = json["negative_prompt"] as? [String]
    var settings = TextToImage.Options()
    settings.steps = try #require(json["num_inference_steps"] as? Int)
    settings.guidanceScale = try #require(json["guidance_scale"] as? Double)
    settings.height = json["height"] as? Int
    settings.width = json["width"] as? Int
    settings.control.scale = json["controlnet_conditioning_scale"] as? Double ?? 1
    let (start, end) = (json["control_guidance_start"], json["control_guidance_end"])
    settings.control.range = (start as? Double ?? 0)...(end as? Double ?? 1)
    let requests = try zip(prompts, seeds).enumerated().map { index, pair in
      TextToImage.Request(
        pair.0, negativePrompt: negatives?[index], seed: UInt64(pair.1),
        controlImage: try controlImage(index))
    }
    return (requests, settings)
  }

  /// What the ControlNet of the pipeline sees; nil where it has none.
  func controlImage(_ index: Int = 0) throws -> Picture? {
    let file = path + "/control.\(index).png"
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    let image = try Image.read(Path(file))
    return Picture(width: image.width, height: image.height, planes: image.samples)
  }

  /// The pictures that diffusers made, (N, 3, H, W) in [0, 1].
  func expected() throws -> HostTensor {
    try SafetensorsFile(path: Path(path + "/expected.safetensors")).tensor(named: "images")
  }
}

extension HostTensor {
  /// Pictures of one size as (N, 3, H, W).
  init(_ pictures: [Picture]) {
    self.init(
      [pictures.count, 3, pictures[0].height, pictures[0].width], pictures.flatMap(\.planes))
  }
}

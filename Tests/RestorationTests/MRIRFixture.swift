import Checkpoints
import Execution
import Foundation
import Models
import Paths
import Pictures
import Restoration
import SystemFixtures
import Tensors
import Testing

/// A bundle of MRIR with tiny random networks, and what the restatement makes of a picture with it:
/// written by tools/fixtures/mrir_system.py.
struct MRIRFixture {
  static let cases = ["one", "seventy-six", "two-hundred", "noise"]

  static func path(_ entry: String) -> String { Fixtures.path("mrir/\(entry)") }

  static func system(
    _ options: SystemOptions, on device: DeviceSelector = .auto, dtype: DType = .f32
  ) throws -> MRIRSystem {
    let engine = try Engine(device, dtype: dtype)
    return try MRIRSystem(try Model(Path(path("bundle"))), on: engine, options)
  }

  static func tensor(_ name: String) throws -> HostTensor {
    try SafetensorsFile(path: Path(path("expected.safetensors"))).tensor(named: name)
  }

  /// The degraded picture.
  static func picture() throws -> Picture { Picture(try tensor("picture")) }

  /// The degraded picture with the text and the seed of a case, and the case's options.
  static func request(_ name: String) throws -> (subject: Subject, options: SystemOptions) {
    let data = try Data(contentsOf: URL(fileURLWithPath: path("requests.json")))
    let all = try #require(JSONSerialization.jsonObject(with: data) as? [String: [String: Any]])
    let request = try #require(all[name])
    var options = SystemOptions()
    options.random = .cpu
    options.steps = request["steps"] as? Int
    options.guidanceScale = request["scale"] as? Double
    options.upscale = try #require(request["upscale"] as? Int)
    options.processSide = 0
    options.qualityPrompt = request["quality"] as? String ?? ""
    options.negativePrompt = request["negative"] as? String ?? ""
    options.controlScale = request["control"] as? Double ?? 1
    if let start = request["start"] as? String {
      options.start = try #require(SamplingStart(rawValue: start))
    }
    if let colours = request["colours"] as? String {
      options.colourFix = try #require(ColourFix(rawValue: colours))
    }
    let seed = try #require(request["seed"] as? Int)
    let text = try #require(request["prompt"] as? String)
    return (try subject(text, seed: UInt64(seed)), options)
  }

  static func subject(_ text: String, seed: UInt64) throws -> Subject {
    var texts = ImageTexts()
    texts[.prompt] = [text]
    return Subject(try picture(), seed: seed, texts: texts)
  }
}

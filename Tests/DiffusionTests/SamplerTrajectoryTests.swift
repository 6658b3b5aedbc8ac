import Checkpoints
import Diffusion
import Foundation
import IR
import JSON
import Paths
import ReferenceExecutor
import Tensors
import Testing

/// Every sampler against diffusers and k-diffusion: `tools/fixtures/samplers.py` makes the
/// trajectories. The steps run as graphs on the reference executor, state carried from step to
/// step.
@Suite struct SamplerTrajectoryTests {
  @Test(arguments: SamplerCase.all) func followsDiffusers(_ sampler: SamplerCase) throws {
    let program = try sampler.program()
    let (timesteps, expected) = try sampler.expectation()
    #expect(program.steps.count == timesteps.count)
    for (step, expected) in zip(program.steps, timesteps) {
      #expect(abs(step.timestep - expected) <= 1e-5 * max(expected, 1))
    }
    #expect(abs(program.initialScale / sampler.initialScale - 1) < 1e-6)
    let trajectory = try StepRun(program).trajectory()
    #expect(trajectory.count == expected.count)
    let scale = expected.joined().reduce(1) { max($0, abs($1)) }
    for (sample, expected) in zip(trajectory, expected) {
      for (value, expected) in zip(sample, expected) {
        #expect(abs(value - expected) <= 1e-5 * scale)
      }
    }
  }

  /// Steps carried by the plan's own loop end where steps carried by hand do, bit for bit.
  @Test(arguments: SchedulerFile.Kind.allCases) func loops(_ kind: SchedulerFile.Kind) throws {
    let file = try SchedulerFile(parsing: Array("{\"_class_name\": \"\(kind.rawValue)\"}".utf8))
    let run = try StepRun(file.sampler().program(steps: 6))
    #expect(try run.looped() == run.trajectory().last)
  }

  @Test func casesCoverEverySampler() {
    let classes = Set(SamplerCase.all.compactMap(\.className))
    #expect(classes == Set(SchedulerFile.Kind.allCases.map(\.rawValue)))
    #expect(SamplerCase.all.count > 100)
  }
}

/// A case of the fixture.
struct SamplerCase: Sendable, CustomTestStringConvertible {
  let name: String
  let configuration: [UInt8]?
  let className: String?
  let form: String?
  let steps: Int
  let eta: Double
  let initialScale: Double
  let testDescription: String

  static let all: [SamplerCase] = {
    let data = try! Data(contentsOf: fixture("samplers.json"))
    // The oracle's file is the tests' own: Foundation reads it, the module's parser the parts.
    let text = String(decoding: data, as: UTF8.self)
    return text.split(separator: "\n").filter { $0.hasPrefix("{") }.map { SamplerCase(line: $0) }
  }()

  private init(line: Substring) {
    let text = line.hasSuffix(",") ? line.dropLast() : line
    guard case .object(let members) = try! JSONValue(parsing: Array(text.utf8)) else {
      preconditionFailure("the fixture has a line that is no object")
    }
    name = members["name"]!.text!
    form = members["form"]?.text
    steps = Int(members["steps"]!.number!)
    eta = members["eta"]!.number!
    initialScale = members["initial_scale"]!.number!
    className = members["config"]?["_class_name"]?.text
    configuration = text.range(of: "\"config\": ").map { start in
      let end = text.range(of: "}", range: start.upperBound..<text.endIndex)!
      return Array(text[start.upperBound..<end.upperBound].utf8)
    }
    let shown = configuration.map { String(decoding: $0, as: UTF8.self) } ?? ""
    testDescription = "\(form ?? "") \(steps) steps, eta \(eta) \(shown)"
  }

  func program() throws -> SamplerProgram {
    guard let configuration else {
      var sampler = ImplicitSampler()
      sampler.eta = eta
      return try sampler.program(steps: steps)
    }
    var sampler = try SchedulerFile(parsing: configuration).sampler()
    if var ddim = sampler as? DDIM {
      ddim.eta = eta
      sampler = ddim
    }
    if form == "k-diffusion", var euler = sampler as? EulerAncestral {
      euler.form = .kDiffusion
      sampler = euler
    }
    return try sampler.program(steps: steps)
  }

  /// The timesteps and the sample after every evaluation.
  func expectation() throws -> (timesteps: [Double], trajectory: [[Float]]) {
    let file = try SafetensorsFile(path: Path(fixture("samplers.safetensors").path))
    let tensor = try file.tensor(named: name)
    let width = tensor.shape[1]
    let values = tensor.floats
    let timesteps = try file.tensor(named: name + "/timesteps").floats.map { Double($0) }
    return (
      timesteps,
      stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
    )
  }
}

extension JSONValue {
  var text: String? { if case .string(let text) = self { text } else { nil } }
  var number: Double? {
    switch self {
    case .whole(let number): Double(number)
    case .real(let number): number
    default: nil
    }
  }
  subscript(name: String) -> JSONValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }
}

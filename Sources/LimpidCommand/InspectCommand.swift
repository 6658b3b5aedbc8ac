import ArgumentParser
import Checkpoints
import IR
import JSON
import Models
import Networks
import Pictures

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Says which network a checkpoint belongs to, and why.")

  @OptionGroup var argument: CheckpointArgument

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let model = try argument.model()
    let broken: [NonFiniteElements]
    do {
      broken = try model.checkpoint.nonFiniteElements()
    } catch {
      throw LimpidError(error, subject: model.name)
    }
    let precision = try model.precision()
    if json {
      Terminal.say(Self.object(model, broken, precision).encoded)
    } else {
      Self.describe(model, broken)
      Terminal.say(precision?.summary ?? "half precision: not measured (limpid precision)")
    }
  }

  private static func object(
    _ model: Model, _ broken: [NonFiniteElements], _ precision: PrecisionVerdict?
  ) -> JSON {
    let (recognition, network) = (model.recognition, model.recognition.descriptor)
    return .object([
      ("file", .text(model.name)),
      ("file_bytes", .integer(model.byteCount)),
      ("architecture", .text(network.architecture)),
      ("hyperparameters", .object(network.hyperparameters.map { ($0.name, JSON($0.value)) })),
      ("parameter_count", .integer(network.parameterCount)),
      ("tensor_count", .integer(model.checkpoint.entries.count)),
      ("dtypes", .object(model.checkpoint.typeCounts.map { ($0.type, .integer($0.count)) })),
      ("prefix", .text(recognition.prefix)),
      ("matched", .integer(recognition.matched)),
      ("why", .list(recognition.findings.map(JSON.init))),
      ("unused", .list(recognition.unused.map(JSON.init))),
      ("beside", .list(recognition.beside.map(JSON.init))),
      (
        "non_finite",
        .list(
          broken.map {
            .object([
              ("name", .text($0.tensor)), ("nan", .integer($0.nans)),
              ("infinite", .integer($0.infinities)),
            ])
          })
      ),
      ("input_channels", .integer(network.inputChannels)),
      ("output_channels", .integer(network.outputChannels)),
      ("scale", .integer(network.scale)),
      ("size_multiple", .integer(network.sizeMultiple)),
      ("global_operators", .flag(network.hasGlobalOperators)),
      ("origin", .object(told(of: model).map { ($0.name, .text($0.value)) })),
      ("precision", precision?.object ?? .null),
    ])
  }

  /// What the model's bundle says of where it comes from.
  private static func told(of model: Model) -> [(name: String, value: String)] {
    guard let origin = model.origin else { return [] }
    return [
      (name: "licence", value: origin.licence), (name: "paper", value: origin.paper),
      (name: "repository", value: origin.repository), (name: "revision", value: origin.revision),
    ].filter { !$0.value.isEmpty }
  }

  private static func describe(_ model: Model, _ broken: [NonFiniteElements]) {
    let (recognition, network) = (model.recognition, model.recognition.descriptor)
    let types = model.checkpoint.typeCounts.map { "\($0.count) \($0.type)" }.joined(separator: ", ")
    Terminal.say("\(model.name): \(network.architecture), \(network.parameterCount) parameters")
    for choice in network.hyperparameters { Terminal.say("  \(choice.name) = \(choice.value)") }
    Terminal.say("  \(network.inputChannels) channels in, \(network.outputChannels) out")
    if network.scale > 1 { Terminal.say("  enlarges sides \(network.scale) times") }
    Terminal.say("  sides are padded to multiples of \(network.sizeMultiple)")
    if network.hasGlobalOperators {
      Terminal.say("  looks at the whole image at once: tiles change the result slightly")
    }
    for (name, value) in told(of: model) { Terminal.say("\(name): \(quoted(value))") }
    Terminal.say("file: \(model.byteCount) bytes, tensors: \(types)")
    if !recognition.prefix.isEmpty {
      Terminal.say("the network's names begin with \(recognition.prefix)")
    }
    Terminal.say("recognised because \(recognition.matched) tensors match in name and shape:")
    for finding in recognition.findings { Terminal.say("  \(finding)") }
    Terminal.say(
      recognition.unused.isEmpty
        ? "no tensor is left over" : "left over, \(recognition.unused.count) tensors:")
    for entry in recognition.unused { Terminal.say("  \(entry.path) \(entry.shape)") }
    if let first = recognition.beside.first {
      Terminal.say("beside the network, \(recognition.beside.count) tensors: \(first.path), ...")
    }
    if let summary = NonFiniteElements.summary(broken) { Terminal.say("not finite: \(summary)") }
  }
}

extension Checkpoint {
  /// How many tensors there are of each type, in the order of the types' names.
  fileprivate var typeCounts: [(type: String, count: Int)] {
    Dictionary(grouping: entries, by: \.type.rawValue)
      .map { ($0.key, $0.value.count) }.sorted { $0.0 < $1.0 }
  }
}

extension JSON {
  fileprivate init(_ value: Hyperparameter.Value) {
    switch value {
    case .integer(let value): self = .integer(value)
    case .integers(let values): self = .list(values.map(JSON.integer))
    case .number(let value): self = .number(value)
    case .flag(let value): self = .flag(value)
    case .text(let value): self = .text(value)
    }
  }

  fileprivate init(_ entry: Manifest.Entry) {
    self = .object([
      ("name", .text(entry.path)), ("shape", .list(entry.shape.extents.map(JSON.integer))),
    ])
  }

  fileprivate init(_ finding: Finding) {
    self = .object([
      ("name", .text(finding.name)), ("value", JSON(finding.value)),
      ("source", .text(finding.source)),
    ])
  }
}

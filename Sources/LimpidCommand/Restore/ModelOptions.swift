import ArgumentParser
import Models
import Paths
import Pictures

/// The network that restores.
struct ModelOptions: ParsableArguments {
  @Option(
    name: [.customShort("n"), .long],
    help: """
      Name of a bundle or checkpoint in the folder --model-path, 'models' when left out, or \
      \(BuiltInModel.allCases.map(\.rawValue).joined(separator: ", ")).
      """)
  var model: Path?

  @Option(
    name: [.customShort("m"), .long],
    help: """
      A .safetensors checkpoint or a bundle; when left out the built-in denoiser, or with --scale \
      a built-in upscaler.
      """)
  var modelPath: Path?

  @Flag(help: "Accept tensors in the checkpoint that the network does not read.")
  var allowUnused = false

  /// Where it is, or what a built-in one is called; nil for none that was chosen.
  var path: Path? {
    get throws(LimpidError) {
      guard let model else { return modelPath }
      if BuiltInModel(named: model) != nil { return model }
      let folder = modelPath ?? "models"
      let candidates = [model, model + Self.ending].map(folder.appending)
      if let found = candidates.first(where: { $0.kind != nil }) { return found }
      throw LimpidError(.noInput, "\(folder): there is no network '\(model)'\(Self.known(folder))")
    }
  }

  private static let ending: Path = ".safetensors"

  /// What there is instead.
  private static func known(_ folder: Path) -> String {
    let names = (folder.entries ?? []).filter { !$0.isHidden }.filter {
      $0.hasSuffix(ending) || folder.appending($0).kind == .folder
    }
    guard !names.isEmpty else { return "" }
    let stems = names.map { $0.hasSuffix(ending) ? $0.stem : $0 }
    return ", but " + Set(stems).sorted().prefix(10).map(\.text).joined(separator: ", ")
  }
}

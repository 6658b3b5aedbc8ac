import ArgumentParser
import Pictures

/// The network that restores.
struct ModelOptions: ParsableArguments {
  @Option(
    name: [.customShort("n"), .long],
    help: "Name of a bundle or checkpoint in the folder --model-path, 'models' when left out.")
  var model: String?

  @Option(
    name: [.customShort("m"), .long],
    help: "A .safetensors checkpoint or a bundle; the built-in denoiser when left out.")
  var modelPath: String?

  @Flag(help: "Accept tensors in the checkpoint that the network does not read.")
  var allowUnused = false

  /// Where it is; nil for the built-in denoiser.
  var path: String? {
    get throws(LimpidError) {
      guard let model else { return modelPath }
      let folder = modelPath ?? "models"
      let candidates = [model, model + Self.ending].map { Path.joined(folder, $0) }
      if let found = candidates.first(where: { Path.kind($0) != nil }) { return found }
      throw LimpidError(.noInput, "\(folder): there is no network '\(model)'\(Self.known(folder))")
    }
  }

  private static let ending = ".safetensors"

  /// What there is instead.
  private static func known(_ folder: String) -> String {
    let names = (Path.entries(of: folder) ?? []).filter { !$0.hasPrefix(".") }.filter {
      $0.hasSuffix(ending) || Path.kind(Path.joined(folder, $0)) == .folder
    }
    guard !names.isEmpty else { return "" }
    let stems = names.map { $0.hasSuffix(ending) ? String($0.dropLast(ending.count)) : $0 }
    return ", but " + Set(stems).sorted().prefix(10).joined(separator: ", ")
  }
}

import ArgumentParser
import Batch
import Images
import Models
import Paths
import Pictures
import Restoration

/// What a request to a server asks for, in the names of `limpid restore` and by its rules, so that
/// the result is what that command makes.
package struct RequestedRestoration: Sendable {
  /// What restores: requests that differ in nothing of this share a worker process.
  package let worker: WorkerOptions
  /// Whose seed counts.
  package let system: SystemOptions
  package let guides: GuideSources
  /// How the result is written; without a format it is that of the picture.
  package let output: OutputOptions

  /// - Parameters:
  ///   - options: long names of ``options`` with their values; of a switch `true` or `false`.
  ///   - pictures: those of ``pictures`` that the request brings along; ``guides`` have to be told
  ///     them.
  ///   - path: where the model is, or its name.
  /// - Throws: a usage error on one line.
  package init(
    _ options: [(name: String, value: String)], showing pictures: Set<String> = [],
    _ model: Model, at path: Path, _ settings: ServeSettings
  ) throws(LimpidError) {
    let command = try Self.command(options, pictures, settings)
    let chosen = try command.systemOptions()
    let system = try RestorationSystems.system(for: model, accepting: chosen)
    let needs = system.guides(chosen)
    let recipe: Recipe
    do {
      recipe = try Recipe(model, system.settings(chosen), chosen, command)
    } catch { throw LimpidError(error) }
    output = recipe.output
    var said = chosen
    (said.referenceImage, said.rightView) = (nil, nil)
    guides = GuideSources(needs, said)
    self.system = chosen
    var worker = WorkerOptions()
    (worker.model, worker.device) = (path, settings.device)
    (worker.dtype, worker.isStrict) = (recipe.precision.dtype, settings.isStrict)
    worker.memoryLimit = settings.memoryLimit
    worker.system = Self.shared(chosen, needs, settings)
    self.worker = worker
  }

  /// What every picture brings along is no matter of the process.
  private static func shared(
    _ chosen: SystemOptions, _ needs: GuideNeeds, _ settings: ServeSettings
  ) -> SystemOptions {
    let defaults = SystemOptions()
    var shared = chosen
    (shared.seed, shared.seedMode) = (defaults.seed, defaults.seedMode)
    for kind in needs.texts + needs.optionalTexts { shared.texts[kind] = [] }
    shared.batching = settings.batching
    return shared
  }

  /// The command line that would do the same.
  private static func command(
    _ options: [(name: String, value: String)], _ pictures: Set<String>,
    _ settings: ServeSettings
  ) throws(LimpidError) -> RestoreCommand {
    if let strange = options.first(where: { !Self.options.contains($0.name) }) {
      throw LimpidError(.usage, "the request has no option '\(strange.name)'")
    }
    guard let table else { throw LimpidError(.failed, "the command has no restore") }
    var completion = OptionCompletion(table: table, words: [])
    try completion.add(options: options, from: "the request")
    let stream = JobRequest.stream.text
    let words =
      ["--input", stream, "--output", stream, "--device", settings.device]
      + (settings.dtype.map { ["--dtype", $0.rawValue] } ?? []) + [
        "--math", settings.isStrict ? "strict" : "fast",
      ] + pictures.sorted().flatMap { ["--" + $0, stream] } + completion.added
    do {
      return try RestoreCommand.parse(words)
    } catch {
      let message = RestoreCommand.message(for: error).split(separator: "\n").first
      throw LimpidError(.usage, message.map(String.init) ?? "bad options")
    }
  }

  private static let table = FlagTable.all(of: RootCommand.self).first {
    $0.subcommands.contains("restore")
  }
}

import ArgumentParser
import Batch
import Descriptions
import Language
import Paths
import Pictures
import Restoration

struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Writes texts about pictures with LLaVA-1.5.",
    discussion: """
      The texts are those that restore reads beside pictures: of MRIR the prompt, of LMDIR what is \
      wrong (degradation) and what is there (content). Pictures that the output has a text about \
      already are left out, so that a run that was ended goes on where it was. The device needs \
      4 bytes for each parameter of the model, 2 with --dtype f16, and for quantised ones what \
      their file takes.
      """)

  @Option(
    name: [.customShort("m"), .long],
    help: """
      A folder with config.json, safetensors and tokenizer.json or tokenizer.model, or a .gguf \
      file with that of the tower (mmproj*.gguf) beside it, or their folder.
      """)
  var model: Path

  @Argument(help: "Pictures and folders, as with --input.")
  var images: [Path] = []

  @Option(
    name: .shortAndLong, help: "A picture, a folder of pictures or a pattern; several times.")
  var input: [Path] = []

  @Option(
    name: .shortAndLong,
    help: "A texts.json, for the pictures' folder; when left out, a line of JSON for each picture.")
  var output: Path?

  @Option(help: "What the texts tell: prompt, degradation or content.")
  var kind = TextKind.prompt

  @Option(help: "What the model is asked; the kind's own question when left out.")
  var question: String?

  @Option(help: "Tokens of a text at most.")
  var maxTokens = 512

  @Option(help: "0 takes the likeliest token; larger ones choose more freely.")
  var temperature = 0.0

  @Option(help: "Choose among the likeliest tokens that together have this probability.")
  var topP = 1.0

  @Option(help: "Pictures at a time; the texts do not depend on it.")
  var batchSize = 1

  @Option(name: .shortAndLong, help: "Seed of the choices, where there are any.")
  var seed: UInt64 = 42

  @Flag(help: "Describe pictures again that the output has a text about.")
  var overwrite = false

  @OptionGroup var options: DeviceOptions
  @OptionGroup var optionsFile: OptionsFile
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard !(images + input).isEmpty else { throw ValidationError("--input: no pictures are named") }
    guard (1...65_536).contains(maxTokens) else {
      throw ValidationError("--max-tokens is 1 to 65536")
    }
    guard (1...1024).contains(batchSize) else { throw ValidationError("--batch-size is 1 to 1024") }
    guard temperature.isFinite, temperature >= 0 else {
      throw ValidationError("--temperature is 0 or more")
    }
    guard topP > 0, topP <= 1 else { throw ValidationError("--top-p is above 0, at most 1") }
  }

  func run() throws {
    var file = try output.map { try TextsFile($0) }
    let pictures = try wanted(file)
    guard !pictures.isEmpty else { return }
    let describer = try PictureDescriber(
      try LLaVAModel(model), describing, on: try options.engine())
    Interruption.install()
    var failures = 0
    for start in stride(from: 0, to: pictures.count, by: batchSize) {
      try Interruption.check()
      let some = pictures[start..<min(start + batchSize, pictures.count)]
      let loaded = some.compactMap { image -> (name: String, picture: Picture)? in
        do throws(LimpidError) {
          return (image.relative.text, try Picture(contentsOf: image.path))
        } catch {
          Terminal.complain("\(error)")
          failures += 1
          return nil
        }
      }
      guard !loaded.isEmpty else { continue }
      let texts = try describer.texts(about: loaded)
      for ((name, _), text) in zip(loaded, texts) { tell(text, about: name, in: &file) }
      try file?.write()
    }
    guard failures == 0 else { throw ExitCode(failures == pictures.count ? 2 : 1) }
  }

  /// The pictures without a text.
  private func wanted(_ file: TextsFile?) throws(LimpidError) -> [FoundImage] {
    var search = InputSearch()
    search.isRecursive = false
    let found = try search.findings(at: images + input).images
    var known = Set<Path>()
    for image in found where !known.insert(image.relative).inserted {
      throw LimpidError(.usage, "\(image.path): two pictures are called \(image.relative)")
    }
    return found.filter { image in
      overwrite || file?.has(kind, about: image.relative.text) != true
    }
  }

  private var describing: PictureDescriber.Options {
    var describing = PictureDescriber.Options(question ?? kind.describerQuestion)
    describing.sampling = TokenSampling(temperature: temperature, topP: topP)
    (describing.limit, describing.batch, describing.seed) = (maxTokens, batchSize, seed)
    return describing
  }

  private func tell(_ text: String, about name: String, in file: inout TextsFile?) {
    file?.set(kind, about: name, to: text)
    guard file == nil else { return }
    Terminal.say(
      JSON.object([("image", .text(name)), (kind.rawValue, .text(text))]).encoded)
  }
}

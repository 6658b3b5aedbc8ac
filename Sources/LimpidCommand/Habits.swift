import ArgumentParser
import Paths
import Pictures
import Restoration

/// What people type who know other programs of this kind, and what to type here instead.
struct Habits {
  private let tables: [FlagTable]

  init() { tables = FlagTable.all(of: RootCommand.self) }

  /// Subcommands without flags of their own.
  private static let unlisted = ["help", "worker", "op-worker", "program-worker"]

  /// Refuses words that begin with no subcommand, and says which.
  func check(_ words: [String]) throws(LimpidError) {
    guard let first = words.first else { return }
    if first.hasPrefix("-") {
      guard let restore = tables.first(where: { $0.subcommands.contains("restore") }),
        restore.flags.contains(where: { restore.isGiven($0, in: [first]) }), first != "--help"
      else { return }
      throw missing(words)
    }
    let names = tables.flatMap(\.subcommands)
    guard !names.contains(first), !Self.unlisted.contains(first) else { return }
    let path = Path(bytes: CommandWord.bytes(first))
    guard path.kind == nil, path.bytes.allSatisfy({ !Array("/.*?[".utf8).contains($0) }) else {
      throw missing(words)
    }
    let near = names.filter { first.isMistyped($0) }.min()
    throw LimpidError(
      .usage,
      "there is no subcommand '\(path)'; "
        + (near.map { "did you mean limpid \($0)?" }
          ?? "limpid restore INPUT -o OUTPUT restores images, limpid --help lists the others"))
  }

  private func missing(_ words: [String]) -> LimpidError {
    let line = words.map { Self.quoted(Path(bytes: CommandWord.bytes($0)).text) }
    return LimpidError(
      .usage, "a subcommand is missing: limpid restore \(line.joined(separator: " "))")
  }

  private static func quoted(_ word: String) -> String {
    word.allSatisfy { $0.isLetter || $0.isNumber || "-_./=:,+@%".contains($0) }
      ? word : "'\(word.replacing("'", with: #"'\''"#))'"
  }

  /// What a message of the argument parser about an option that there is not leaves unsaid.
  static func advice(for message: some StringProtocol) -> String? {
    let parts = message.split(separator: "'", maxSplits: 2)
    guard message.hasPrefix("Unknown option '"), parts.count > 1 else { return nil }
    let option = parts[1].drop { $0 == "-" }.lowercased().replacing("_", with: "-")
    return flags.first { $0.others.contains(option) }.map {
      "there is no \(parts[1]); \($0.advice)"
    }
  }

  /// The same about the first option that there is nowhere, when something else is missing as well.
  func advice(for words: [String]) -> String? {
    let known = Set(tables.flatMap(\.flags).flatMap(\.spellings))
    return words.prefix { $0 != "--" }.lazy.map { String($0.prefix { $0 != "=" }) }
      .filter { $0.hasPrefix("--") && !known.contains($0) }
      .compactMap { Self.advice(for: "Unknown option '\($0)'") }.first
  }

  /// The flag that says how many times sides grow.
  static let scale =
    ["scale", "upscale"].first { RestorationSystems.options[$0] != nil }.map { "--\($0)" }
    ?? "another network"

  private static let flags: [(others: Set<String>, advice: String)] = [
    (["fp16", "half", "float16", "use-fp16", "f16"], "give --dtype f16"),
    (["fp32", "float32", "full", "no-half", "f32"], "give --dtype f32"),
    (["bf16"], "give --dtype f16 or f32"),
    (["cpu", "use-cpu", "no-gpu"], "give --device cpu"),
    (["gpu-id", "gpu", "gpuid", "device-id", "cuda"], "give --device N, such as -g 0"),
    (["ext", "extension", "output-format", "out-format", "fmt"], "give --format, such as -f jpg"),
    (["out-scale", "upscale-factor", "scale-factor"], "give \(scale)"),
    (["model-name", "net", "network"], "give --model NAME or --model-path FILE"),
    (["out", "output-dir", "outdir", "output-path", "dest", "save-path"], "give --output"),
    (["in", "input-dir", "input-path", "source", "src", "image", "images"], "give --input"),
    (["threads", "workers", "num-workers"], "give --jobs LOAD:PROC:SAVE"),
    (["batch", "bs"], "give --batch-size"),
    (["tile-size", "tilesize"], "give --tile"),
    (["tile-pad", "tile-padding", "overlap"], "give --tile-overlap"),
    (["force", "yes", "replace"], "give --overwrite"),
    (["jpeg-quality", "jpg-quality", "q"], "give --quality"),
  ]
}

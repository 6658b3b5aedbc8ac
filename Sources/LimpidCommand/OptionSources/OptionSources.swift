import ArgumentParser
import Glibc
import Paths
import Pictures

/// Flags that the command line leaves out, from the environment (`LIMPID_TILE_OVERLAP` for
/// `--tile-overlap`) and from the file of `--config`, in that order.
struct OptionSources {
  /// The words of the command line with what is added.
  let words: [String]
  /// Where each flag that was added comes from.
  private let sources: [(flag: String, source: String)]

  /// Of the variables' names.
  static let prefix = "LIMPID_"

  /// - Parameter words: of the command line, without the program's own name.
  init(
    completing words: [String], for root: (some ParsableCommand).Type,
    environment: [(name: String, value: String)]
  ) throws(LimpidError) {
    let variables = environment.filter { $0.name.hasPrefix(Self.prefix) }
    let hasFile = words.contains { $0 == "--config" || $0.hasPrefix("--config=") }
    let tables = variables.isEmpty && !hasFile ? [] : FlagTable.all(of: root)
    guard let place = words.firstIndex(where: { !$0.hasPrefix("-") }),
      let table = tables.first(where: { $0.subcommands.contains(words[place]) })
    else {
      (self.words, sources) = (words, [])
      return
    }
    let rest = words[(place + 1)...]
    var completion = OptionCompletion(table: table, words: Array(rest))
    try completion.add(variables, tables)
    if let path = completion.value(of: "config").flatMap(Path.init(argument:)) {
      try completion.add(file: path)
    }
    self.words = words[...place] + completion.added + rest
    sources = completion.sources
  }

  /// Where a flag comes from that a message names; nil when none was added.
  func source(ofFlagIn message: some StringProtocol) -> String? {
    let found = sources.first { flag, _ in
      message.split { !($0.isLetter || $0.isNumber || $0 == "-") }.contains { $0 == "--\(flag)" }
    }
    return found?.source
  }

  /// Of this process.
  static var environment: [(name: String, value: String)] {
    var variables: [(name: String, value: String)] = []
    var next = environ
    while let variable = next.pointee {
      let parts = Path(cString: variable).bytes.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 {
        variables.append((String(decoding: parts[0], as: UTF8.self), CommandWord.text(parts[1])))
      }
      next += 1
    }
    return variables
  }
}

import ArgumentParser
import JSON

/// The flags of one subcommand, as the argument parser describes them.
struct FlagTable {
  struct Flag {
    /// Its long name, without the dashes.
    let name: String
    /// All its names with their dashes.
    let spellings: [String]
    /// Whether it stands for a value by itself.
    let isSwitch: Bool
    /// Whether a value may follow, or none.
    let hasOptionalValue: Bool
    let mayRepeat: Bool

    var longNames: [String] {
      spellings.filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) }
    }
  }

  /// The subcommand's name and its other names.
  let subcommands: Set<String>
  let flags: [Flag]

  private let byName: [String: Flag]

  private init(subcommands: Set<String>, flags: [Flag]) {
    (self.subcommands, self.flags) = (subcommands, flags)
    byName = Dictionary(flags.flatMap { flag in flag.longNames.map { ($0, flag) } }) { $1 }
  }

  /// Of every subcommand that a person calls.
  static func all(of command: (some ParsableCommand).Type) -> [FlagTable] {
    let description = try? JSONValue(parsing: Array(command._dumpHelp().utf8))
    return description?["command"]["subcommands"].elements
      .filter { $0["shouldDisplay"] == .boolean(true) }.map(FlagTable.init) ?? []
  }

  private init(_ command: JSONValue) {
    let aliases = command["aliases"].elements.compactMap(\.text)
    self.init(
      subcommands: Set([command["commandName"].text].compactMap { $0 } + aliases),
      flags: command["arguments"].elements.compactMap(Flag.init))
  }

  subscript(name: String) -> Flag? { byName[name] }

  /// The flag that says the opposite of a switch.
  func opposite(of flag: Flag) -> Flag? {
    flag.name.hasPrefix("no-") ? byName[String(flag.name.dropFirst(3))] : byName["no-" + flag.name]
  }

  /// The long name that differs from `name` the least, and little enough for a mistyped one.
  func name(like name: String) -> String? {
    let near = byName.keys.map { (distance: $0.editDistance(to: name), name: $0) }
      .filter { $0.distance <= max(1, name.count / 4) }
    return near.min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
  }

  /// Whether the words of a command line have the flag, or its opposite.
  func isGiven(_ flag: Flag, in words: [String]) -> Bool {
    let spellings = flag.spellings + (opposite(of: flag)?.spellings ?? [])
    return words.prefix { $0 != "--" }.contains { word in
      spellings.contains { word == $0 || word.hasPrefix($0 + "=") || isJoined(word, with: $0) }
    }
  }

  /// Whether the word is letters of switches behind one dash, such as -vx, with this one.
  private func isJoined(_ word: String, with spelling: String) -> Bool {
    guard spelling.count == 2, let letter = spelling.last, word.first == "-" else { return false }
    return word.dropFirst().contains(letter) && word.dropFirst().allSatisfy { letters.contains($0) }
  }

  private var letters: Set<Character> {
    Set(flags.filter(\.isSwitch).flatMap(\.spellings).filter { $0.count == 2 }.compactMap(\.last))
  }
}

extension FlagTable.Flag {
  /// Nil for an argument that is no flag.
  fileprivate init?(_ argument: JSONValue) {
    let names = argument["names"].elements.compactMap { name -> String? in
      name["name"].text.map { (name["kind"].text == "short" ? "-" : "--") + $0 }
    }
    guard let name = names.first(where: { $0.hasPrefix("--") }) else { return nil }
    self.init(
      name: String(name.dropFirst(2)), spellings: names,
      isSwitch: argument["kind"].text == "flag",
      hasOptionalValue: argument["parsingStrategy"].text == "scanningForValue",
      mayRepeat: argument["isRepeating"] == .boolean(true))
  }
}

extension JSONValue {
  /// Null where there is no such member.
  fileprivate subscript(key: String) -> JSONValue {
    if case .object(let members) = self { return members[key] ?? .null }
    return .null
  }

  fileprivate var elements: [JSONValue] {
    if case .array(let elements) = self { return elements }
    return []
  }

  fileprivate var text: String? {
    if case .string(let text) = self { return text }
    return nil
  }
}

extension String {
  /// Whether it differs from a name little enough for that to be what was meant.
  func isMistyped(_ name: String) -> Bool {
    name.editDistance(to: self) <= max(1, count / 3)
  }

  /// Characters to insert, to delete and to replace (V. Levenshtein, 1966).
  fileprivate func editDistance(to other: String) -> Int {
    let other = Array(other)
    var row = Array(0...other.count)
    for (line, character) in enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for column in other.indices {
        let replaced = diagonal + (other[column] == character ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = Swift.min(replaced, diagonal + 1, row[column] + 1)
      }
    }
    return row[other.count]
  }
}

import Images
import JSON
import Paths
import Pictures

/// The words that follow a subcommand's name, as they grow by what other sources say.
struct OptionCompletion {
  let table: FlagTable
  let words: [String]
  private(set) var added: [String] = []
  /// Where each flag that was added comes from.
  private(set) var sources: [(flag: String, source: String)] = []
  /// Flags that nothing after may change.
  private var settled: Set<String> = []

  private static let maximumFileBytes = 1 << 20

  init(table: FlagTable, words: [String]) {
    (self.table, self.words) = (table, words)
  }

  /// The value of an option that is given or was added.
  func value(of name: String) -> String? {
    let words = added + words
    for (word, next) in zip(words, words.dropFirst() + [""]) {
      if word == "--" + name { return next }
      if word.hasPrefix("--\(name)=") { return String(word.dropFirst(name.count + 3)) }
    }
    return nil
  }

  /// Variables of other subcommands' flags are theirs; what is close to a flag was mistyped.
  mutating func add(
    _ variables: [(name: String, value: String)], _ tables: [FlagTable]
  ) throws(LimpidError) {
    for (variable, value) in variables.sorted(by: { $0.name < $1.name }) {
      let name = variable.dropFirst(OptionSources.prefix.count).lowercased()
        .replacing("_", with: "-")
      if let flag = table[name] {
        try add(flag, [.string(value)], from: variable)
      } else if !tables.contains(where: { $0[name] != nil }), let near = table.name(like: name) {
        let meant = OptionSources.prefix + near.uppercased().replacing("-", with: "_")
        throw LimpidError(.usage, "\(variable) names no flag; did you mean \(meant)?")
      }
    }
  }

  /// Adds options under their long names, each as often as it is given.
  /// - Parameter source: what messages call the place that they come from.
  mutating func add(
    options: [(name: String, value: String)], from source: String
  ) throws(LimpidError) {
    var done: Set<String> = []
    for (name, _) in options where done.insert(name).inserted {
      guard let flag = table[name] else {
        throw LimpidError(.usage, "\(source): '\(name)' is no flag")
      }
      let values = options.filter { $0.name == name }.map { JSONValue.string($0.value) }
      guard values.count == 1 || flag.mayRepeat else {
        throw LimpidError(.usage, "\(source): '\(name)' takes one value")
      }
      try add(flag, values, from: source)
    }
  }

  mutating func add(file path: Path) throws(LimpidError) {
    for (key, value) in try members(of: path).sorted(by: { $0.key < $1.key }) {
      let name = key.replacing("_", with: "-")
      guard name != "config", let flag = table[name] else {
        let advice = table.name(like: name).map { "; did you mean '\($0)'?" } ?? ""
        throw LimpidError(.usage, "\(path): '\(key)' is no flag\(advice)")
      }
      var values = [value]
      if case .array(let elements) = value { values = elements }
      guard values.count == 1 || flag.mayRepeat else {
        throw LimpidError(.usage, "\(path): '\(key)' takes one value")
      }
      try add(flag, values, from: path.text)
    }
  }

  private func members(of path: Path) throws(LimpidError) -> [String: JSONValue] {
    let bytes: [UInt8]
    do throws(ImageError) {
      bytes = try InputFile.read(path, limit: Self.maximumFileBytes)
    } catch { throw LimpidError(.noInput, "\(path): \(error)") }
    do throws(JSONFault) {
      if case .object(let members) = try JSONValue(parsing: bytes) { return members }
    } catch { throw LimpidError(.usage, "\(path): \(error)") }
    throw LimpidError(.usage, "\(path): holds no JSON object")
  }

  private mutating func add(
    _ flag: FlagTable.Flag, _ values: [JSONValue], from source: String
  ) throws(LimpidError) {
    let opposite = table.opposite(of: flag)?.name ?? flag.name
    guard !table.isGiven(flag, in: words), settled.isDisjoint(with: [flag.name, opposite])
    else { return }
    settled.insert(flag.name)
    for value in values {
      guard let text = value.word else {
        throw LimpidError(
          .usage, "\(source): '\(flag.name)' takes a string, a number or a boolean")
      }
      guard let word = try word(flag, text, source) else { continue }
      added.append(word)
      sources.append((flag.name, source))
    }
  }

  /// Nil for a switch that stays off.
  private func word(
    _ flag: FlagTable.Flag, _ text: String, _ source: String
  ) throws(LimpidError) -> String? {
    let state = Self.states[text.lowercased()]
    if flag.isSwitch {
      guard let state else {
        throw LimpidError(.usage, "\(source): '\(flag.name)' is true or false, not '\(text)'")
      }
      return state ? "--" + flag.name : table.opposite(of: flag).map { "--" + $0.name }
    }
    if flag.hasOptionalValue, let state, Int(text) == nil {
      return state ? "--" + flag.name : nil
    }
    return "--\(flag.name)=\(text)"
  }

  private static let states = [
    "true": true, "1": true, "yes": true, "on": true,
    "false": false, "0": false, "no": false, "off": false,
  ]
}

extension JSONValue {
  /// As a person would write the value on the command line; nil for what holds others.
  fileprivate var word: String? {
    switch self {
    case .string(let text): text
    case .whole(let number): "\(number)"
    case .real(let number): "\(number)"
    case .boolean(let state): "\(state)"
    case .null, .array, .object: nil
    }
  }
}

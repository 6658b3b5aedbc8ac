import IR

/// The names of the modules that an architecture has, whatever its sizes: every number in them
/// stands for any other.
struct Vocabulary: Sendable {
  private let modules: Set<String>

  init(_ names: some Sequence<String>) { modules = Set(names.map(Self.module)) }

  /// That of an architecture in all its configurations.
  init<Kind: RecognizableArchitecture>(_: Kind.Type) {
    self.init(
      Kind.specimens.flatMap { specimen in
        let manifest = (try? specimen.manifest) ?? Manifest(entries: [])
        return specimen.bareDialect.tensors(of: manifest).entries.map(\.path)
      })
  }

  /// How many modules there are.
  var count: Int { modules.count }

  /// Whether there is such a module.
  func contains(_ module: String) -> Bool { modules.contains(module) }

  /// `encoders.#.#.conv#` for `encoders.3.0.conv1.weight`: a layer with a bias is the same module
  /// as one without.
  static func module(of name: String) -> String {
    var module = name[...]
    for parameter in [".weight", ".bias"] where module.hasSuffix(parameter) {
      module = module.dropLast(parameter.count)
    }
    var pattern = ""
    for byte in module.utf8 {
      let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      if !isDigit {
        pattern.unicodeScalars.append(Unicode.Scalar(byte))
      } else if pattern.utf8.last != UInt8(ascii: "#") {
        pattern += "#"
      }
    }
    return pattern
  }
}

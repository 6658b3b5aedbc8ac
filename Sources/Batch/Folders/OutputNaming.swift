import Images
import Pictures

/// What outputs are called.
package struct OutputNaming: Sendable {
  /// `{stem}`, `{ext}`, `{name}`, `{model}`, `{parent}` and `{scale}` stand for parts of the
  /// input's name, the network's name, the folder that the input lies in, and ``scale``.
  package var template = "{stem}.{ext}"
  /// Put behind the stem.
  package var suffix = ""
  /// What outputs are, when that is not what inputs are.
  package var format: ImageFormat?
  /// For `{model}`.
  package var model = ""
  /// Sides of outputs in sides of inputs.
  package var scale = 1

  package init() {}

  static let fields = ["stem", "ext", "name", "model", "parent", "scale"]

  /// Refuses templates with unknown fields and those that would leave the input's folder.
  package func check() throws(LimpidError) {
    guard !template.contains("/"), !suffix.contains("/") else {
      throw LimpidError(.usage, "names of outputs hold no '/'; subfolders are those of the inputs")
    }
    var rest = template[...]
    while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}"),
        Self.fields.contains(String(rest[rest.index(after: open)..<close]))
      else {
        let known = Self.fields.map { "{\($0)}" }.joined(separator: " ")
        throw LimpidError(.usage, "'\(template)' for names: the fields are \(known)")
      }
      rest = rest[rest.index(after: close)...]
    }
  }

  /// The relative path of the output that becomes of an input's.
  func output(for relative: String) -> String {
    let name = Path.name(of: relative)
    let folder = relative.contains("/") ? Path.folder(of: relative) : ""
    let (stem, ending) = Path.split(name)
    let values = [
      stem + suffix, self.ending(instead: ending), name, model, Path.name(of: folder),
      String(scale),
    ]
    return Path.joined(folder, filled(Dictionary(uniqueKeysWithValues: zip(Self.fields, values))))
  }

  /// The input's own ending when it already says the format.
  private func ending(instead ending: String) -> String {
    guard let format, ImageFormat(forOutput: "a." + ending) != format else { return ending }
    return format.fileEnding
  }

  private func filled(_ values: [String: String]) -> String {
    var (result, rest) = ("", template[...])
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      result += rest[..<open] + (values[String(rest[rest.index(after: open)..<close])] ?? "")
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }
}

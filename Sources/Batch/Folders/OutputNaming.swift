import Images
import Paths
import Pictures

/// What outputs are called.
package struct OutputNaming: Sendable {
  /// `{stem}`, `{ext}`, `{name}`, `{model}`, `{parent}` and `{scale}` stand for parts of the
  /// input's name, the network's name, the folder that the input lies in, and ``scale``.
  package var template: Path = "{stem}.{ext}"
  /// Put behind the stem.
  package var suffix: Path = ""
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
    guard template.parts.count < 2, suffix.parts.count < 2, !template.hasPrefix("/"),
      !template.hasSuffix("/"), !suffix.hasPrefix("/"), !suffix.hasSuffix("/")
    else {
      throw LimpidError(.usage, "names of outputs hold no '/'; subfolders are those of the inputs")
    }
    guard pieces != nil else {
      let known = Self.fields.map { "{\($0)}" }.joined(separator: " ")
      throw LimpidError(.usage, "'\(template)' for names: the fields are \(known)")
    }
  }

  /// The relative path of the output that becomes of an input.
  func output(for image: FoundImage) -> Path {
    let name = image.relative.name
    let values: [Path] = [
      name.stem + suffix, ending(instead: name.ending), name, Path(model), image.parent,
      Path(String(scale)),
    ]
    let known = Dictionary(uniqueKeysWithValues: zip(Self.fields, values))
    let filled = (pieces ?? []).reduce("") { $0 + (known[$1.field] ?? $1.text) }
    return image.relative == name ? filled : image.relative.folder.appending(filled)
  }

  /// The input's own ending when it already says the format.
  private func ending(instead ending: Path) -> Path {
    guard let format, ImageFormat(forOutput: "a." + ending) != format else { return ending }
    return Path(format.fileEnding)
  }

  /// How two inputs whose outputs have one name can be told apart.
  func remedy(for first: FileJob, _ second: FileJob) -> LimpidError.Remedy {
    let images = [first, second].map { job in
      job.relative == job.relative.name
        ? FoundImage(named: job.input) : FoundImage(job.input, job.relative)
    }
    for template: Path in ["{name}.{ext}", "{parent}_{stem}.{ext}"] {
      var naming = self
      naming.template = template
      if naming.output(for: images[0]) != naming.output(for: images[1]) {
        return .nameApart(template: template.text)
      }
    }
    return .restoreApart
  }

  /// The template's fields and what is between them; nil when it has others than the known.
  private var pieces: [(text: Path, field: String)]? {
    var pieces: [(text: Path, field: String)] = []
    var rest = template.bytes[...]
    while let open = rest.firstIndex(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") })
    {
      guard rest[open] == UInt8(ascii: "{"),
        let close = rest[open...].firstIndex(of: UInt8(ascii: "}"))
      else { return nil }
      let field = Path(bytes: rest[(open + 1)..<close]).text
      guard Self.fields.contains(field) else { return nil }
      pieces += [(Path(bytes: rest[..<open]), ""), ("", field)]
      rest = rest[(close + 1)...]
    }
    return pieces + [(Path(bytes: rest), "")]
  }
}

import Paths
import Pictures

/// What guides the restoration of one image.
package struct ImageGuide: Sendable {
  package var texts = ImageTexts()
  package var reference: Picture?
  /// See ``Subject/rightView``.
  package var rightView: Picture?
  /// What of this the run's own settings do not say.
  package var settings: [Setting] = []
  /// Of what is written about the image; see ``GuideSources/digest(for:)``.
  package var digest: String?

  package init() {}

  /// Refuses a right view that is not as large as the image, which is the left one.
  package func requireFit(width: Int, height: Int) throws(LimpidError) {
    guard let rightView, (rightView.width, rightView.height) != (width, height) else { return }
    throw LimpidError(
      .failed,
      "the left view has \(width)x\(height) pixels, the right one "
        + "\(rightView.width)x\(rightView.height)")
  }

  /// One of the image's pictures with what guides its restoration.
  package func subject(_ picture: Picture, seed: UInt64) -> Subject {
    Subject(picture, seed: seed, texts: texts, reference: reference, rightView: rightView)
  }
}

/// Where the texts about images and their reference images come from: options come before files
/// beside the images, and both before a describer and a caption command.
package struct GuideSources: Sendable {
  private let needs: GuideNeeds
  private let options: SystemOptions
  private let sidecars: Sidecars
  private let references = ReferenceImages("reference-image")
  private let rightViews = ReferenceImages("right-view")
  private let told: ToldTexts

  /// - Parameters:
  ///   - files: the only ones that are looked at beside images; nil for all.
  ///   - told: what a describer said of images.
  package init(
    _ needs: GuideNeeds, _ options: SystemOptions, among files: Set<Path>? = nil,
    told: ToldTexts = ToldTexts()
  ) {
    (self.needs, self.options, self.told) = (needs, options, told)
    sidecars = Sidecars(among: files)
  }

  /// Finds what guides an image's restoration; asks the caption command for what is not written.
  /// - Parameter isOver: asked several times a second whether to stop waiting for the command.
  /// - Throws: one line that names the image or what was written about it.
  package func guide(
    for path: Path, unless isOver: () -> Bool = { false }
  ) throws(LimpidError) -> ImageGuide {
    let written = try written(about: path)
    var guide = ImageGuide()
    var found = written.texts
    for kind in needs.texts {
      guide.texts[kind] = options.texts[kind]
      guard guide.texts[kind].isEmpty else { continue }
      if found[kind].isEmpty {
        found[kind] = [try answer(kind, about: path, unless: isOver)]
      }
      guide.texts[kind] = found[kind]
    }
    for kind in needs.optionalTexts {
      guide.texts[kind] = options.texts[kind].isEmpty ? found[kind] : options.texts[kind]
    }
    let image = try written.referenceImage.map { path throws(LimpidError) in
      try references.image(path)
    }
    let view = try rightView(of: path)
    (guide.reference, guide.rightView) = (image?.picture, view?.picture)
    guide.settings = found.settings + [image, view].compactMap(\.?.setting)
    guide.digest = Self.digest(written.texts, image, view)
    return guide
  }

  /// What guides the restoration of a picture that is in no file.
  /// - Parameters:
  ///   - texts: about this picture; options say the rest.
  ///   - reference: of this picture; nil for the options'.
  ///   - rightView: of this picture; nil for the options'.
  /// - Throws: ``LimpidError`` for a text that is needed and not given.
  package func guide(
    saying texts: ImageTexts, showing reference: Picture?, beside rightView: Picture? = nil
  ) throws(LimpidError) -> ImageGuide {
    try needs.check(texts, reference, rightView)
    var guide = ImageGuide()
    for kind in needs.texts + needs.optionalTexts {
      guide.texts[kind] = texts[kind].isEmpty ? options.texts[kind] : texts[kind]
    }
    if let missing = needs.texts.first(where: { guide.texts[$0].isEmpty }) {
      throw LimpidError(.usage, "there is no \(missing.rawValue) text about the picture")
    }
    guide.reference = reference
    if reference == nil, needs.takesReference, let path = options.referenceImage {
      guide.reference = try references.image(path).picture
    }
    guide.rightView = rightView
    if rightView == nil, needs.takesRightView, let path = options.rightView {
      guide.rightView = try rightViews.image(path).picture
    }
    return guide
  }

  /// The kinds of texts that are needed about an image and that neither options nor files have.
  package func unsaid(about path: Path) -> [TextKind] {
    // What is wrong with a file is told when the image is restored.
    guard let written = try? written(about: path) else { return [] }
    return needs.texts.filter { options.texts[$0].isEmpty && written.texts[$0].isEmpty }
  }

  /// SHA-256 of what is written about an image besides the run's own settings; nil when nothing is.
  /// What a describer or a caption command would say does not count: those are among the settings.
  package func digest(for path: Path) throws(LimpidError) -> String? {
    let written = try written(about: path)
    let image = try written.referenceImage.map { path throws(LimpidError) in
      try references.image(path)
    }
    return Self.digest(written.texts, image, try rightView(of: path))
  }

  private static func digest(
    _ texts: ImageTexts, _ image: ReferenceImage?, _ view: ReferenceImage?
  ) -> String? {
    let lines =
      texts.settings.map { "\($0.name) \($0.value)" } + (image.map { [$0.digest] } ?? [])
      + (view.map { ["right view \($0.digest)"] } ?? [])
    return lines.isEmpty ? nil : Digest.of(lines.joined(separator: "\n").utf8)
  }

  /// What files say of that which is needed and not given by options.
  private func written(about path: Path) throws(LimpidError) -> Sidecar {
    let asked = (needs.texts + needs.optionalTexts).filter { options.texts[$0].isEmpty }
    let given = needs.takesReference ? try givenReference(for: path) : nil
    var said = Sidecar()
    if !asked.isEmpty || needs.takesReference && given == nil {
      said = try sidecars.sidecar(of: path)
    }
    let reference = given ?? (needs.takesReference ? said.referenceImage : nil)
    return said.keeping(asked, reference: reference)
  }

  /// The reference that options have for an image.
  private func givenReference(for path: Path) throws(LimpidError) -> Path? {
    guard let given = options.referenceImage else { return nil }
    return try Self.partner(of: path, given, called: "reference")
  }

  /// The second view that options have for an image.
  private func rightView(of path: Path) throws(LimpidError) -> ReferenceImage? {
    guard needs.takesRightView, let given = options.rightView else { return nil }
    return try rightViews.image(Self.partner(of: path, given, called: "right view"))
  }

  /// A file that was given for all images, or the one in a folder that has an image's name.
  private static func partner(
    of path: Path, _ given: Path, called kind: String
  ) throws(LimpidError) -> Path {
    guard given.kind == .folder else { return given }
    if let found = ReferenceImage.path(for: path, in: given) { return found }
    throw LimpidError(.noInput, "\(given): there is no \(kind) named \(path.name.stem)")
  }

  private func answer(
    _ kind: TextKind, about path: Path, unless isOver: () -> Bool
  ) throws(LimpidError) -> String {
    if let answer = told[path, kind] { return try answer.get() }
    guard let text = options.captionCommand else {
      throw LimpidError(
        .usage,
        "\(path): no \(kind.rawValue) text, nor \"\(kind.rawValue)\" in "
          + "\(path.name.stem).\(Sidecar.ending) or \(Sidecar.folderName) beside it",
        remedy: .giveText(option: kind.option))
    }
    let command = CaptionCommand(text, patience: options.captionPatience)
    let question = try options.question(for: kind, of: needs.texts) ?? kind.question
    return try command.answer(question, about: path, unless: isOver)
  }
}

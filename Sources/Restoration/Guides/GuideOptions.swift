import Pictures

/// What guides restorations besides the images themselves, as the user gave it.
package struct GuideOptions: Codable, Hashable, Sendable {
  /// About every image.
  package var texts = ImageTexts()
  /// A command of the shell that is asked for texts that nobody wrote: called with an image's path
  /// and a question, it prints the text.
  package var captionCommand: String?
  /// How long the command may take, in seconds.
  package var captionPatience = 300
  /// Path of a clean image that shows what the degraded ones do.
  package var referenceImage: String?
  /// Side of painted references in pixels; nil: what their model was trained on.
  package var referenceSide: Int?
  /// Where painted references are kept; nil for nowhere.
  package var cacheFolder: String?

  package init() {}

  /// Texts and command as they are recorded.
  package var settings: [Setting] {
    texts.settings + (captionCommand.map { [Setting("caption-command", "'\($0)'")] } ?? [])
  }
}

/// What a system wants to be told about every image.
package struct GuideNeeds: Hashable, Sendable {
  package var texts: [TextKind] = []
  /// Texts that it can do without: no caption command is asked for them.
  package var optionalTexts: [TextKind] = []
  /// Whether it can be shown a reference.
  package var takesReference = false

  package init(
    texts: [TextKind] = [], optionalTexts: [TextKind] = [], takesReference: Bool = false
  ) {
    (self.texts, self.optionalTexts) = (texts, optionalTexts)
    self.takesReference = takesReference
  }

  /// Refuses what a system does not look at.
  /// - Parameter name: of the system's network.
  func check(_ options: GuideOptions, of name: String) throws(LimpidError) {
    let strange = options.texts.kinds.first { !(texts + optionalTexts).contains($0) }
    let option: String? =
      if let strange {
        strange.option
      } else if options.captionCommand != nil, texts.isEmpty {
        "caption-command"
      } else if options.referenceImage != nil, !takesReference {
        "reference-image"
      } else if options.referenceSide != nil, !takesReference {
        "reference-size"
      } else {
        nil
      }
    if let option { throw LimpidError(.usage, "\(name) does not take --\(option)") }
  }
  /// Refuses what a system does not look at about one picture.
  func check(_ said: ImageTexts, _ reference: Picture?) throws(LimpidError) {
    if let strange = said.kinds.first(where: { !(texts + optionalTexts).contains($0) }) {
      throw LimpidError(.usage, "the model takes no \(strange.rawValue) texts")
    }
    guard reference == nil || takesReference else {
      throw LimpidError(.usage, "the model takes no references")
    }
  }
}

import Execution
import Paths
import Pictures

/// What guides restorations besides the images themselves, as the user gave it.
extension OptionDeclarations {
  /// Texts about every image.
  package func texts(_ kind: TextKind) -> RestorationOption<[String]> {
    RestorationOption(kind.option, default: [])
  }

  /// A command of the shell that is asked for texts that nobody wrote: called with an image's path
  /// and a question, it prints the text.
  package var captionCommand: RestorationOption<String?> {
    RestorationOption("caption-command", default: nil)
  }

  /// How long the command may take, in seconds.
  package var captionPatience: RestorationOption<Int> {
    RestorationOption("caption-timeout", default: 300, decidesResults: false)
  }

  /// Who is asked for texts that nobody wrote, before anything is restored: a model's files, or the
  /// address of a server.
  package var describer: RestorationOption<String?> {
    RestorationOption("describer", default: nil)
  }

  /// What is asked for texts, each behind `KIND=` or, where a system wants one kind, as it is.
  package var questions: RestorationOption<[String]> {
    RestorationOption("question", default: [])
  }

  /// What a server is to call its model; nil for the one that it has.
  package var describerModel: RestorationOption<String?> {
    RestorationOption("describer-model", default: nil)
  }

  /// A file with the key that a server wants.
  package var describerKey: RestorationOption<Path?> {
    RestorationOption("describer-key", default: nil, decidesResults: false)
  }

  /// Tokens of a describer's text at most.
  package var describerTokens: RestorationOption<Int> {
    RestorationOption("describer-tokens", default: 512)
  }

  /// How long an answer of a server may take, in seconds.
  package var describerPatience: RestorationOption<Int> {
    RestorationOption("describer-timeout", default: 120, decidesResults: false)
  }

  /// How often a server is asked again that did not answer.
  package var describerRetries: RestorationOption<Int> {
    RestorationOption("describer-retries", default: 3, decidesResults: false)
  }

  /// Questions that a server has at once.
  package var describerRequests: RestorationOption<Int> {
    RestorationOption("describer-requests", default: 4, decidesResults: false)
  }

  /// Path of a clean image that shows what the degraded ones do, or of a folder with one for each,
  /// under its name.
  package var referenceImage: RestorationOption<Path?> {
    RestorationOption("reference-image", default: nil)
  }

  /// Path of the right view of a dual-pixel camera, or of a folder with one for each image, under
  /// its name; the images are the left ones.
  package var rightView: RestorationOption<Path?> { RestorationOption("right-view", default: nil) }

  /// Side of painted references in pixels; nil: what their model was trained on.
  package var referenceSide: RestorationOption<Int?> {
    RestorationOption("reference-size", default: nil)
  }

  /// Where painted references are kept; nil for the user's cache.
  package var referenceFolder: RestorationOption<Path?> {
    RestorationOption("reference-cache", default: nil, decidesResults: false)
  }

  /// Whether painted references are kept at all.
  package var keepsReferences: RestorationOption<Bool> {
    RestorationOption("cache-references", default: true, decidesResults: false)
  }

  /// Whether painted references are handed over beside results.
  package var writesReferences: RestorationOption<Bool> {
    RestorationOption("keep-references", default: false, decidesResults: false)
  }

  /// Those about asking for texts.
  var captions: [any DeclaredOption] {
    [
      captionCommand, captionPatience, questions, describer, describerTokens, describerModel,
      describerKey, describerPatience, describerRetries, describerRequests,
    ]
  }

  /// Those about what a reference shows, and where it is kept.
  var references: [any DeclaredOption] {
    [referenceImage, referenceSide, referenceFolder, keepsReferences, writesReferences]
  }
}

extension SystemOptions {
  package var texts: ImageTexts {
    get {
      var texts = ImageTexts()
      for kind in TextKind.allCases { texts[kind] = self[OptionDeclarations().texts(kind)] }
      return texts
    }
    set {
      for kind in TextKind.allCases { self[OptionDeclarations().texts(kind)] = newValue[kind] }
    }
  }

  /// Where painted references are kept; nil for nowhere.
  var referenceCache: ReferenceCache {
    ReferenceCache(
      folder: self.keepsReferences ? self.referenceFolder ?? CacheFolders.references : nil)
  }

  /// Texts, and who is asked for others, as they are recorded.
  var guideSettings: [Setting] {
    texts.settings + (self.captionCommand.map { [Setting("caption-command", "'\($0)'")] } ?? [])
      + (self.describer.map { [Setting("describer", "'\($0)'")] } ?? [])
      + self.questions.map { Setting("question", "'\($0)'") }
  }

  /// What is asked for a text; nil for what is asked usually.
  /// - Parameter kinds: that the system wants.
  /// - Throws: a usage error for questions that are for no text, or for nobody knows which.
  package func question(
    for kind: TextKind, of kinds: [TextKind]
  ) throws(LimpidError) -> String? {
    var found: String?
    for text in self.questions {
      let parts = text.split(separator: "=", maxSplits: 1)
      guard let named = TextKind(rawValue: String(parts.first ?? "")), parts.count == 2 else {
        guard kinds.count == 1 else {
          let names = kinds.map { "\($0.rawValue)=QUESTION" }.joined(separator: " or ")
          throw LimpidError(.usage, "a question has to say which text it is for: \(names)")
        }
        found = text
        continue
      }
      guard kinds.contains(named) else {
        throw LimpidError(.usage, "the model takes no \(named.rawValue) texts")
      }
      if named == kind { found = String(parts[1]) }
    }
    return found
  }
}

/// What a system wants to be told about every image.
package struct GuideNeeds: Hashable, Sendable {
  package var texts: [TextKind] = []
  /// Texts that it can do without: no caption command is asked for them.
  package var optionalTexts: [TextKind] = []
  /// Whether it can be shown a reference.
  package var takesReference = false
  /// Whether it can be shown a second view.
  package var takesRightView = false

  package init(
    texts: [TextKind] = [], optionalTexts: [TextKind] = [], takesReference: Bool = false,
    takesRightView: Bool = false
  ) {
    (self.texts, self.optionalTexts) = (texts, optionalTexts)
    (self.takesReference, self.takesRightView) = (takesReference, takesRightView)
  }

  /// Refuses what a system does not look at about one picture.
  func check(
    _ said: ImageTexts, _ reference: Picture?, _ rightView: Picture?
  ) throws(LimpidError) {
    if let strange = said.kinds.first(where: { !(texts + optionalTexts).contains($0) }) {
      throw LimpidError(.usage, "the model takes no \(strange.rawValue) texts")
    }
    guard reference == nil || takesReference else {
      throw LimpidError(.usage, "the model takes no references")
    }
    guard rightView == nil || takesRightView else {
      throw LimpidError(.usage, "the model takes no right views")
    }
  }
}

import Foundation

/// What models are told and shown besides the pictures.
///
/// Of files, what is not given here is read from `NAME.json` or `texts.json` beside them.
public struct Guidance: Hashable, Sendable {
  /// What is said about every picture.
  public var texts = Texts()
  /// A clean picture, of any size, that shows what the degraded ones do.
  public var referenceImage: URL?
  /// For networks of dual-pixel cameras, the right view, or a folder with one for each file under
  /// its name: pictures are the left views, of the same size.
  public var rightView: URL?
  /// Side of references that are painted from texts, a multiple of 8 in 64...4096 pixels; nil: what
  /// their model was trained on.
  public var referenceSide: Int?
  /// Whether painted references are kept for another time.
  public var keepsReferences = true
  /// A folder to keep them in; nil for the user's cache.
  public var referenceCache: URL?
  /// A shell command of one line for texts about files that nobody has written: called with a
  /// file's path and a question, it prints the answer.
  public var captionCommand: String?
  /// How long that command may take, 1...86400 seconds.
  public var captionTimeout = 300

  /// Nothing.
  public init() {}

  /// Texts about a picture, of at most 8192 bytes each; white space counts as one space.
  public struct Texts: Hashable, Sendable {
    /// What is wrong with it: LMDIR removes several, at most 32, one after the other.
    public var degradations: [String]
    /// What it shows.
    public var content: String?
    /// What the restored picture is to show (MRIR), or what is to be done, once (AutoDIR).
    public var prompt: String?

    /// Those that are given; an empty text differs from none.
    public init(degradations: [String] = [], content: String? = nil, prompt: String? = nil) {
      (self.degradations, self.content, self.prompt) = (degradations, content, prompt)
    }
  }
}

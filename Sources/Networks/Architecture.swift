import IR

/// What a checkpoint can be of, in one configuration: a network, or a system of several.
package protocol Architecture: Sendable {
  /// As its paper, or the library that it is known from, spells it.
  static var name: String { get }

  /// What the configuration chose, under the names of the official code.
  var hyperparameters: [Hyperparameter] { get }

  /// The same with a choice made that no checkpoint tells; nil when it has no such choice, or none
  /// of this value.
  func choosing(_ choice: Hyperparameter) -> Self?

  /// Channels of the image that goes in.
  var inputChannels: Int { get }
  /// Channels of the result.
  var outputChannels: Int { get }

  /// Rows and columns of the result for one of the image: 1 where nothing is enlarged.
  var scale: Int { get }

  /// The side that heights and widths are padded to a multiple of, inside, in pixels.
  var sizeMultiple: Int { get }

  /// Whether some operator reads the whole image, so that tiles do not give the same pixels.
  var hasGlobalOperators: Bool { get }

  /// The parameters; they do not depend on batch and size.
  var manifest: Manifest { get throws(Fault) }

  /// Whether files may hold this tensor although there is no such parameter.
  static func isBuffer(_ name: String) -> Bool
}

extension Architecture {
  package var scale: Int { 1 }

  package func choosing(_ choice: Hyperparameter) -> Self? { nil }

  package static func isBuffer(_ name: String) -> Bool { false }
}

/// One whose configuration the names and shapes of a bare checkpoint tell.
package protocol RecognizableArchitecture: Architecture {
  /// Infers the configuration from the names and shapes of a checkpoint.
  /// - Throws: the key that disagrees, and how.
  init(recognizing checkpoint: inout CheckpointReader) throws(Refusal)

  /// How such a checkpoint names the parameters, behind what all names begin with.
  var bareDialect: KeyDialect { get }

  /// What the names of all parameters begin with in the official code, where our own names leave it
  /// out, dot included; empty where there is no such thing.
  static var container: String { get }

  /// Configurations that together have all kinds of modules that there can be.
  static var specimens: [Self] { get }
}

extension RecognizableArchitecture {
  package var bareDialect: KeyDialect { .own }
  package static var container: String { "" }
}

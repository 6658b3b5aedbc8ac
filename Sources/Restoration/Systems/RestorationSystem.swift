import Execution
import Models
import Networks
import Pictures

/// What turns pictures into restored pictures on one device: a network that is run once, a sampler
/// around a denoiser, or several networks with loops of their own.
///
/// A system is all that ``Restorer`` and the pipeline know of networks. A new one is a type of this
/// protocol in ``RestorationSystems/systems``.
package protocol RestorationSystem: Sendable {
  /// Whether this is the system for a model, by what the model says of itself.
  static func serves(_ model: Model) -> Bool

  /// What a system wants to be told about every picture.
  static func guides(_ options: SystemOptions) -> GuideNeeds

  /// The options that it looks at; others are refused before it is made.
  static func accepted(_ all: OptionDeclarations) -> [any DeclaredOption]

  /// What decides results besides the network, in the words of the command line: recorded in
  /// outputs, and compared when a run goes on.
  static func settings(_ options: SystemOptions) -> [Setting]

  /// Sides of results in sides of pictures.
  static func scale(_ options: SystemOptions, of model: Model) -> Int

  /// - Throws: ``LimpidError`` when the model or the options do not fit the system.
  init(_ model: Model, on engine: Engine, _ options: SystemOptions) throws(LimpidError)

  /// Restores pictures of one size together. What becomes of each is the same, bit for bit, as
  /// alone: it depends on the subject, the model and the ``settings(_:)``.
  /// - Parameter report: told what is done; what it throws ends the work.
  /// - Returns: as many results as subjects.
  func restore(
    _ subjects: [Subject], reporting report: (RestorationEvent) throws -> Void
  ) throws(LimpidError) -> [RestoredPicture]

  /// Predicts what so many pictures of this size take, together as far as they share evaluations.
  func need(_ count: Int, width: Int, height: Int) throws(LimpidError) -> Need

  /// How a picture of this size is cut; nil when it is restored whole.
  func tiles(width: Int, height: Int) throws(LimpidError) -> Tiles?

  /// Floating-point operations per second, measured on a small picture.
  func speed() throws(LimpidError) -> Double

  /// Pixels of a side for one position of what takes most of the time: 1, or as many as a latent's
  /// element stands for. So many more pictures keep a device busy together.
  var reduction: Int { get }
}

extension RestorationSystem {
  package static func guides(_ options: SystemOptions) -> GuideNeeds { GuideNeeds() }
  package static func scale(_ options: SystemOptions, of model: Model) -> Int { 1 }
  package var reduction: Int { 1 }

  /// Predicts what a picture of this size takes.
  package func need(width: Int, height: Int) throws(LimpidError) -> Need {
    try need(1, width: width, height: height)
  }
}

/// A picture that is to be restored, with what belongs to it alone.
package struct Subject: Sendable {
  package let picture: Picture
  /// Where the picture's random numbers begin; not read by systems that draw none.
  package let seed: UInt64
  package let texts: ImageTexts
  /// A clean picture, of any size, that shows what this one does; nil when none was given.
  package let reference: Picture?
  /// Where the picture is the left view of a dual-pixel camera, the other one; nil when none was
  /// given.
  package let rightView: Picture?
  /// What an earlier look at the picture removed, in order, for this one to keep to; nil for a
  /// first look.
  package let degradations: [Degradation]?

  package init(
    _ picture: Picture, seed: UInt64, texts: ImageTexts = ImageTexts(), reference: Picture? = nil,
    rightView: Picture? = nil, keepingTo degradations: [Degradation]? = nil
  ) {
    self.picture = picture
    self.seed = seed
    self.texts = texts
    (self.reference, self.rightView) = (reference, rightView)
    self.degradations = degradations
  }
}

/// A restored picture and how it was made.
package struct RestoredPicture: Sendable {
  package var picture: Picture
  /// Largest tile; nil when the picture was restored whole.
  package let tile: (width: Int, height: Int)?
  /// Where the picture's random numbers began; nil when none were drawn.
  package let seed: UInt64?
  /// One line each.
  package var warnings: [String]
  /// What a system that goes over a picture several times did, in order.
  package var rounds: [RestorationRound]
  /// What was asked for beside it.
  package var kept: [KeptPicture]
  /// What was painted for it; nil for nothing.
  package var reference: Picture?

  package init(
    picture: Picture, tile: (width: Int, height: Int)?, seed: UInt64?, warnings: [String],
    rounds: [RestorationRound] = [], kept: [KeptPicture] = [], reference: Picture? = nil
  ) {
    (self.picture, self.tile, self.seed) = (picture, tile, seed)
    (self.warnings, self.rounds, self.kept) = (warnings, rounds, kept)
    self.reference = reference
  }
}

/// A choice that decides results, under the name that the command line has for it.
package struct Setting: Hashable, Sendable {
  package let name: String
  package let value: String

  package init(_ name: String, _ value: some CustomStringConvertible) {
    self.name = name
    self.value = value.description
  }
}

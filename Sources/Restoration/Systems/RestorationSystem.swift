import Execution
import Generation
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

  /// Predicts what a picture of this size takes.
  func need(width: Int, height: Int) throws(LimpidError) -> Need

  /// How a picture of this size is cut; nil when it is restored whole.
  func tiles(width: Int, height: Int) throws(LimpidError) -> Tiles?

  /// Floating-point operations per second, measured on a small picture.
  func speed() throws(LimpidError) -> Double
}

extension RestorationSystem {
  package static func guides(_ options: SystemOptions) -> GuideNeeds { GuideNeeds() }
  package static func scale(_ options: SystemOptions, of model: Model) -> Int { 1 }
}

/// A picture that is to be restored, with what belongs to it alone.
package struct Subject: Sendable {
  package let picture: Picture
  /// Where the picture's random numbers begin; not read by systems that draw none.
  package let seed: UInt64
  package let texts: ImageTexts
  /// A clean picture, of any size, that shows what this one does; nil when none was given.
  package let reference: Picture?
  /// What an earlier look at the picture removed, in order, for this one to keep to; nil for a
  /// first look.
  package let degradations: [Degradation]?

  package init(
    _ picture: Picture, seed: UInt64, texts: ImageTexts = ImageTexts(), reference: Picture? = nil,
    keepingTo degradations: [Degradation]? = nil
  ) {
    self.picture = picture
    self.seed = seed
    self.texts = texts
    self.reference = reference
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

/// What a system tells while it works. Shares are of all the work on the pictures at hand.
package enum RestorationEvent: Codable, Hashable, Sendable {
  /// Another tile of the pictures, or a whole picture, is done.
  case tile(share: Double)
  /// A part of something that takes long is done.
  case working(share: Double)
  /// Another step of a loop is done: `number` of `count`, from 1.
  case step(stage: String, number: Int, count: Int, share: Double)
  /// A turn over one whole picture is done: that of the subject with this number, from 0.
  case round(RestorationRound.Report, subject: Int, share: Double)

  /// What is told of a step, or of a part of one, of a stage's loop.
  init(_ progress: StepProgress, of stage: String, share: Double) {
    self =
      progress.endsStep
      ? .step(stage: stage, number: progress.step, count: progress.count, share: share)
      : .working(share: share)
  }

  package var share: Double {
    switch self {
    case .tile(let share), .working(let share), .step(_, _, _, let share),
      .round(_, _, let share):
      share
    }
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

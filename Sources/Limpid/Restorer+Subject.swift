import Pictures
import Restoration

extension Restorer {
  /// A picture that is to be restored, with what belongs to it alone.
  public struct Subject: Hashable, Sendable {
    /// What is to be restored.
    public var picture: Picture
    /// Where its random numbers begin; nil: by ``Sampling/seed``.
    public var seed: UInt64?
    /// What is said about it; what is not comes from ``Restorer/Configuration/guidance``.
    public var texts: Guidance.Texts
    /// A clean picture, of any size, that shows what this one does; nil: the one of
    /// ``Restorer/Configuration/guidance``.
    public var reference: Picture?

    /// A picture, and what is said and shown about it.
    public init(
      _ picture: Picture, seed: UInt64? = nil, texts: Guidance.Texts = Guidance.Texts(),
      reference: Picture? = nil
    ) {
      (self.picture, self.seed, self.texts) = (picture, seed, texts)
      self.reference = reference
    }
  }
}

extension Restorer.Subject {
  var size: Size { Size(width: picture.width, height: picture.height) }

  /// - Parameter sources: of what is not said or shown here.
  func packaged(
    _ sources: GuideSources, seed: UInt64
  ) throws(LimpidError) -> Restoration.Subject {
    do {
      let guide = try sources.guide(saying: try texts.packaged, showing: reference?.packaged)
      return guide.subject(picture.packaged, seed: self.seed ?? seed)
    } catch {
      throw LimpidError(error)
    }
  }
}

import Paths

/// Why something could not be done, as one line for a person and a kind for programs.
package struct LimpidError: Error, Codable, Hashable, Sendable {
  package enum Kind: String, Codable, CaseIterable, Hashable, Sendable {
    /// The input could be read but not processed: a damaged picture, a failed kernel.
    case failed
    /// The request contradicts itself or names something that does not exist.
    case usage
    /// Weights or tensors that are damaged, of no known network or unfit for it.
    case badData
    /// An input that is missing or cannot be opened.
    case noInput
    /// No such device, or no OpenCL at all.
    case unavailable
    /// An output that cannot be created, or that exists already.
    case cannotCreate
    /// Reading or writing failed half-way.
    case transfer
    /// The device ran out of memory or was lost: another attempt may succeed.
    case temporary
    /// The user ended the work.
    case interrupted
    /// The system ended the work.
    case terminated
  }

  package let kind: Kind
  /// What is the matter.
  package let message: String
  /// What a person may do about it.
  package let remedy: Remedy?
  /// Whether the images that follow would fail in the same way: a full disk, for example.
  package let endsRun: Bool
  /// Whether this process cannot use its device any more, though another may.
  package let losesDevice: Bool

  package init(
    _ kind: Kind, _ message: String, remedy: Remedy? = nil, endsRun: Bool = false,
    losesDevice: Bool = false
  ) {
    self.kind = kind
    self.message = message
    self.remedy = remedy
    self.endsRun = endsRun
    self.losesDevice = losesDevice
  }

  /// The same with what it is about in front.
  package func concerning(_ subject: String) -> LimpidError {
    LimpidError(
      kind, "\(subject): \(message)", remedy: remedy, endsRun: endsRun, losesDevice: losesDevice)
  }

  /// Whether the same might go well another time.
  package var isRetryable: Bool { kind == .temporary || kind == .transfer }
}

extension LimpidError: CustomStringConvertible {
  package var description: String { message + (remedy.map { "; \($0)" } ?? "") }
}

/// An error of a layer below that says what kind of failure it is.
package protocol ClassifiedError: Error {
  var kind: LimpidError.Kind { get }
  /// Whether its description names the file that it is about.
  var namesFile: Bool { get }
  /// See ``LimpidError/endsRun``.
  var endsRun: Bool { get }
  /// See ``LimpidError/remedy``.
  var remedy: LimpidError.Remedy? { get }
  /// See ``LimpidError/losesDevice``.
  var losesDevice: Bool { get }
}

extension ClassifiedError {
  package var namesFile: Bool { false }
  package var endsRun: Bool { false }
  package var remedy: LimpidError.Remedy? { nil }
  package var losesDevice: Bool { false }
}

extension LimpidError {
  /// As ``init(_:subject:)-(any Error,String?)`` of what is at a path.
  package init(_ error: any Error, subject: Path) { self.init(error, subject: subject.text) }

  /// Takes over an error of the layers below; one that does not say its kind is a failure.
  /// - Parameter subject: the file that was being worked on, put in front of errors that do not
  ///   name it themselves.
  package init(_ error: any Error, subject: String? = nil) {
    if let known = error as? LimpidError {
      self = known
      return
    }
    let classified = error as? any ClassifiedError
    let name = classified?.namesFile == true ? nil : subject
    self.init(
      classified?.kind ?? .failed, (name.map { $0 + ": " } ?? "") + "\(error)",
      remedy: classified?.remedy, endsRun: classified?.endsRun ?? false,
      losesDevice: classified?.losesDevice ?? false)
  }
}

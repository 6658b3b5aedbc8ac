import Pictures

/// Why something could not be done: one line for a person, and a kind for programs.
public struct LimpidError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What sort of failure it is.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// The input could be read but not processed: a damaged picture, a failed kernel.
    case failed
    /// The request contradicts itself, or names something that does not exist.
    case invalidRequest
    /// Weights or tensors that are damaged, of no known network or unfit for it.
    case invalidModel
    /// An input that is missing or cannot be opened.
    case inputUnavailable
    /// There is no such device, or no OpenCL at all.
    case deviceUnavailable
    /// An output that cannot be created, or that exists already.
    case outputUnavailable
    /// Reading or writing failed half-way.
    case transferFailed
    /// The device ran out of memory or was lost: another attempt may succeed.
    case temporary
    /// The task was cancelled.
    case cancelled
  }

  /// What sort of failure it is.
  public let kind: Kind
  /// One line that says what was the matter, and with which file.
  public let description: String

  /// An error of this kind.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// Whether the same might go well another time.
  public var isRetryable: Bool { kind == .temporary || kind == .transferFailed }

  /// Takes over what a layer below has thrown.
  init(_ error: any Error) {
    if let known = error as? LimpidError {
      self = known
      return
    }
    let error = Pictures.LimpidError(error)
    self.init(Kind(error.kind), error.description)
  }
}

extension LimpidError.Kind {
  fileprivate init(_ kind: Pictures.LimpidError.Kind) {
    self =
      switch kind {
      case .failed: .failed
      case .usage: .invalidRequest
      case .badData: .invalidModel
      case .noInput: .inputUnavailable
      case .unavailable: .deviceUnavailable
      case .cannotCreate: .outputUnavailable
      case .transfer: .transferFailed
      case .temporary: .temporary
      case .interrupted, .terminated: .cancelled
      }
  }
}

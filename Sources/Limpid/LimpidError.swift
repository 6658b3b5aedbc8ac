import Checkpoints
import Diffusion
import IR
import Images
import Networks
import OpenCL

/// Why something could not be done, as one line for a person and a kind for programs.
public struct LimpidError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The raw values are the exit codes of the command line, after `sysexits.h` where it has one.
  public enum Kind: Int32, Sendable {
    /// The input could be read but not processed: a damaged picture, a failed kernel.
    case failed = 2
    /// The request contradicts itself or names something that does not exist.
    case usage = 64
    /// Weights or tensors that are damaged, of no known network or unfit for it.
    case badData = 65
    /// An input that is missing or cannot be opened.
    case noInput = 66
    /// No such device, or no OpenCL at all.
    case unavailable = 69
    /// An output that cannot be created, or that exists already.
    case cannotCreate = 73
    /// Reading or writing failed half-way.
    case transfer = 74
    /// The device ran out of memory or was lost: another attempt may succeed.
    case temporary = 75
    /// The user ended the work (SIGINT).
    case interrupted = 130
    /// The system ended the work (SIGTERM).
    case terminated = 143
  }

  public let kind: Kind
  public let description: String
  /// Whether the images that follow would fail in the same way: a full disk, for example.
  package let endsRun: Bool

  public init(_ kind: Kind, _ description: String) {
    self.init(kind, description, endsRun: false)
  }

  package init(_ kind: Kind, _ description: String, endsRun: Bool) {
    self.kind = kind
    self.description = description
    self.endsRun = endsRun
  }

  /// Whether the same might go well another time.
  package var isRetryable: Bool { kind == .temporary || kind == .transfer }
}

extension LimpidError {
  /// Classifies an error of the layers below.
  /// - Parameter subject: the file that was being worked on, put in front of errors that do not
  ///   name it themselves.
  package init(_ error: any Error, subject: String? = nil) {
    if let known = error as? LimpidError {
      self = known
      return
    }
    var names = subject.map { $0 + ": " } ?? ""
    if case .file? = error as? ImageError { names = "" }
    self.init(Self.kind(of: error), names + "\(error)", endsRun: Self.endsRun(error))
  }

  private static func endsRun(_ error: any Error) -> Bool {
    guard case .file(let fault)? = error as? ImageError else { return false }
    return fault.kind == .noSpace || fault.kind == .readOnly
  }

  private static func kind(of error: any Error) -> Kind {
    switch error {
    case let error as ImageError: error.exitCode.flatMap(Kind.init(rawValue:)) ?? .failed
    case SafetensorsError.system(call: "open", code: _): .noInput
    case SafetensorsError.system, SafetensorsError.shrank: .transfer
    case SafetensorsError.outOfMemory: .temporary
    case is SafetensorsError, is UnrecognizedCheckpoint, is BindingError, is Fault, is OperandError,
      is ConfigurationError, is ShardIndexError, is Refusal, is SchedulerError, is TokenizerError,
      is BundleError:
      .badData
    case let error as OpenCLError: error.isExhaustion ? .temporary : .failed
    default: .failed
    }
  }
}

import Checkpoints
import IR
import Networks
import Pictures

extension SafetensorsError: ClassifiedError {
  package var kind: LimpidError.Kind {
    switch self {
    case .system(call: "open", code: _): .noInput
    case .system, .shrank: .transfer
    case .outOfMemory: .temporary
    default: .badData
    }
  }
}

extension GGUFError: ClassifiedError {
  package var kind: LimpidError.Kind {
    if case .reading(let error) = self { error.kind } else { .badData }
  }
}

/// Weights and what describes them: damaged, of no known network, or unfit for it.
private protocol BadData: ClassifiedError {}

extension BadData {
  package var kind: LimpidError.Kind { .badData }
}

extension UnrecognizedCheckpoint: BadData {}
extension BindingError: BadData {}
extension Fault: BadData {}
extension OperandError: BadData {}
extension ConfigurationError: BadData {}
extension ShardIndexError: BadData {}
extension Refusal: BadData {}
extension BundleError: BadData {}

import Conformance
import Tensors

/// What became of one case of a comparison.
package struct OpParityRow: Sendable {
  package let comparison: OpComparison
  package let reference: CaseReference
  package let outcome: OpWorker.Outcome
  /// The smallest case found that fails alike; nil when none was looked for.
  package internal(set) var smallest: Smallest?

  /// A case that nothing can be taken from without its passing, as far as was tried.
  package struct Smallest: Sendable {
    package let reference: CaseReference
    package let outcome: OpWorker.Outcome
    /// How many cases were run to find it.
    package let trials: Int
  }

  package var passed: Bool { outcome.passed }
  /// The largest normalised mean squared error of its outputs; nil where nothing was compared.
  package var worstError: Double? { outcome.comparisons.map(\.nmse).max() }
  /// The least peak signal-to-noise ratio of its outputs in dB; nil where nothing was compared.
  package var leastRatio: Double? { outcome.comparisons.map(\.psnr).min() }
}

extension OpWorker.Outcome {
  fileprivate var comparisons: [Comparison] {
    if case .compared(let result) = self { result.outputs.map(\.comparison) } else { [] }
  }

  package var passed: Bool {
    if case .compared(let result) = self { result.passed } else { false }
  }

  /// What went wrong, in a word; nil when nothing did.
  package var fault: String? {
    switch self {
    case .compared(let result):
      result.passed ? nil : result.isDegenerate ? "the reference is not finite" : "disagrees"
    case .refused: "does not run"
    case .crashed: "crashes"
    }
  }

  /// The worst element and the measures, or what was said.
  package var details: String {
    switch self {
    case .compared(let result):
      result.outputs.map { output in
        let first = output.firstDifference.map { element in
          let place = element.index.map(String.init).joined(separator: ", ")
          return ", bits differ from [\(place)] on: \(element.actual), expected \(element.expected)"
        }
        return "\(output.name): \(output.comparison)" + (first ?? "")
      }.joined(separator: "; ") + "; allowed: \(result.tolerance)"
    case .refused(let reason), .crashed(let reason): reason
    }
  }
}

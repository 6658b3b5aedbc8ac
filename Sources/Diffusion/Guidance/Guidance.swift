/// How the network's answers under several conditionings become one.
package enum Guidance: Hashable, Sendable {
  /// The answer under the condition.
  case none
  /// Ho and Salimans, 2022: unconditional + scale (conditional - unconditional).
  /// - Parameter rescale: how far the result is brought to the deviation of the conditional answer
  ///   (Lin et al., 2024, equations 15 and 16).
  case classifierFree(scale: Double, rescale: Double = 0)
  /// InstructPix2Pix (Brooks et al., 2023, equation 3) with two conditions.
  case textAndImage(text: Double, image: Double)

  /// A conditioning under which the network is asked.
  package enum Branch: Hashable, Sendable {
    /// Everything that is known.
    case conditional
    /// The image with a null text.
    case imageOnly
    case unconditional
  }

  /// The branches with a weight other than zero, in the order of the network's batch.
  package var branches: [(branch: Branch, weight: Double)] {
    let all: [(Branch, Double)] =
      switch self {
      case .none: [(.conditional, 1)]
      case .classifierFree(let scale, _): [(.unconditional, 1 - scale), (.conditional, scale)]
      case .textAndImage(let text, let image):
        [(.unconditional, 1 - image), (.imageOnly, image - text), (.conditional, text)]
      }
    return all.filter { $0.1 != 0 }
  }

  /// The part of the result that is rescaled; 0 where there is nothing to rescale to.
  package var rescale: Double {
    guard case .classifierFree(_, let rescale) = self, branches.count > 1 else { return 0 }
    return rescale
  }
}

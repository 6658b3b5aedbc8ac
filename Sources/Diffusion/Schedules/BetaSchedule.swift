import Glibc

/// The variances that training adds step by step, in PyTorch's float32 arithmetic.
package enum BetaSchedule: Hashable, Sendable {
  case linear(from: Double, to: Double)
  /// Linear in the square root.
  case scaledLinear(from: Double, to: Double)
  /// Nichol and Dhariwal, 2021, equation 17, at most 0.999.
  case squaredCosine
  case trained([Float])

  /// The betas of `count` training steps.
  package func betas(_ count: Int) -> [Float] {
    switch self {
    case .linear(let start, let end):
      Self.torchLinspace(Float(start), Float(end), count)
    case .scaledLinear(let start, let end):
      Self.torchLinspace(Float(pow(start, 0.5)), Float(pow(end, 0.5)), count).map { $0 * $0 }
    case .squaredCosine:
      (0..<count).map { Self.cosineBeta($0, of: count) }
    case .trained(let betas): betas
    }
  }

  private static func cosineBeta(_ step: Int, of count: Int) -> Float {
    func signal(_ time: Double) -> Double { pow(cos((time + 0.008) / 1.008 * .pi / 2), 2) }
    let (start, end) = (Double(step) / Double(count), Double(step + 1) / Double(count))
    return Float(min(1 - signal(end) / signal(start), 0.999))
  }

  /// `torch.linspace` in float32: from both ends to the middle, with fused steps.
  static func torchLinspace(_ start: Float, _ end: Float, _ count: Int) -> [Float] {
    guard count > 1 else { return [Float](repeating: start, count: count) }
    let step = (end - start) / Float(count - 1)
    return (0..<count).map { index in
      index < count / 2
        ? start.addingProduct(step, Float(index))
        : end.addingProduct(-step, Float(count - 1 - index))
    }
  }

  /// Scaled so that the last step keeps nothing of the signal (Lin et al., 2024, algorithm 1).
  package static func withZeroTerminalSNR(_ betas: [Float]) -> [Float] {
    var signal = NoiseSchedule.cumulativeProduct(betas.map { 1 - $0 }).map { $0.squareRoot() }
    guard let first = signal.first, let last = signal.last else { return betas }
    let scale = first / (first - last)
    signal = signal.map { ($0 - last) * scale }
    let alphaBars = signal.map { $0 * $0 }
    let alphas = [alphaBars[0]] + zip(alphaBars.dropFirst(), alphaBars).map { $0 / $1 }
    return alphas.map { 1 - $0 }
  }
}

/// How much of AutoDIR's structure correction is added to what the diffusion made.
package enum StructureWeight: Codable, Hashable, Sendable {
  /// The paper's: 1, and 0.1 after `low resolution` (supplement, sections B and D).
  case paper
  /// The official code's: 1, and 0 after `low resolution`.
  case code
  /// The same after everything.
  case fixed(Double)

  /// - Parameter degradation: nil after a free text.
  func value(after degradation: Degradation?) -> Float {
    switch self {
    case .paper: degradation == .lowResolution ? 0.1 : 1
    case .code: degradation == .lowResolution ? 0 : 1
    case .fixed(let weight): Float(weight)
    }
  }
}

extension StructureWeight: CustomStringConvertible {
  /// As on the command line.
  package var description: String {
    switch self {
    case .paper: "paper"
    case .code: "code"
    case .fixed(let weight): "\(weight)"
    }
  }
}

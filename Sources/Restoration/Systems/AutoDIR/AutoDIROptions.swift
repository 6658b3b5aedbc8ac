import Diffusion

/// How AutoDIR goes about a picture, besides its sampler.
package struct AutoDIROptions: Codable, Hashable, Sendable {
  /// What is to be done.
  package enum Task: Codable, Hashable, Sendable {
    /// Whatever is found to be wrong, the worst first, until nothing is.
    case automatic
    /// These, in this order.
    case chosen([Degradation])
    /// One step that follows a text.
    case prompted(String)
  }

  /// How much of the structure correction is added to what the diffusion made.
  package enum StructureWeight: Codable, Hashable, Sendable {
    /// The paper's: 1, and 0.1 after `low resolution` (supplement, sections B and D).
    case paper
    /// The official code's: 1, and 0 after `low resolution`.
    case code
    /// The same after everything.
    case fixed(Double)
  }

  package var task = Task.automatic
  /// The automatic task ends after so many steps at the latest; the official code's seven are
  /// every degradation once.
  package var mostSteps = 7
  package var structureWeight = StructureWeight.paper
  /// Weights of the two guidances of InstructPix2Pix; at 1 and 1 there is none, and the network is
  /// asked once a step.
  package var textGuidance = 1.0
  package var imageGuidance = 1.0
  /// Whether results are cut to the next lower 255th, as the official code does, not rounded.
  package var truncates = false

  package init() {}
}

extension AutoDIROptions {
  var guidance: Guidance { .textAndImage(text: textGuidance, image: imageGuidance) }
}

extension AutoDIROptions.StructureWeight {
  /// - Parameter degradation: nil after a free text.
  func value(after degradation: Degradation?) -> Float {
    switch self {
    case .paper: degradation == .lowResolution ? 0.1 : 1
    case .code: degradation == .lowResolution ? 0 : 1
    case .fixed(let weight): Float(weight)
    }
  }
}

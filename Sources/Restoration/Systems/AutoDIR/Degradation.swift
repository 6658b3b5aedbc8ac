/// What AutoDIR looks for in a picture, in the order of its texts.
package enum Degradation: String, CaseIterable, Codable, Hashable, Sendable {
  case noise, blur, rain, underexposure, haze
  case lowResolution = "low resolution"
  case raindrop
  /// Nothing is wrong.
  case nothing = "no"

  /// The texts that a picture is compared with, as the official code spells them.
  var text: String { "A photo needs \(rawValue) artifact reduction" }

  /// The words of ``text`` in the vocabulary of OpenAI's CLIP, without start and end: so that the
  /// usual checkpoint needs no tokenizer to find out what is wrong.
  var knownTokens: [Int32] { [320, 1125, 2536] + knownLabel + [37718, 12219] }

  private var knownLabel: [Int32] {
    switch self {
    case .noise: [9307]
    case .blur: [27976]
    case .rain: [2443]
    case .underexposure: [21675, 87, 35539]
    case .haze: [22785]
    case .lowResolution: [1042, 9977]
    case .raindrop: [3128, 3387]
    case .nothing: [871]
    }
  }
}

import CModels
import Checkpoints
import Networks
import Paths
import Pictures

/// A network that is part of the binary, trained by tools/train.
package enum BuiltInModel: String, CaseIterable, Sendable {
  /// Noise and JPEG's traces, in pictures that keep their size.
  case denoiser = "builtin"
  /// To 2 times the sides.
  case upscalerX2 = "builtin-x2"
  /// To 4 times the sides.
  case upscalerX4 = "builtin-x4"
  /// Haze, rain and noise, by a sampler; only where it is named.
  case upRestorer = "up-restorer-small"

  /// The one for results of so many times a picture's sides: the least that reaches it.
  /// - Parameter scale: nil for pictures that keep their size.
  package init(enlarging scale: Int?) {
    self =
      switch scale ?? 1 {
      case ...1: .denoiser
      case 2: .upscalerX2
      default: .upscalerX4
      }
  }

  /// nil for whatever is no built-in network's name.
  package init?(named path: Path) {
    guard let known = Self.allCases.first(where: { path == $0.path }) else { return nil }
    self = known
  }

  /// What it is called where a path is expected.
  package var path: Path { Path(rawValue) }

  private var embedded: limpid_model {
    switch self {
    case .denoiser: limpid_denoiser()
    case .upscalerX2: limpid_upscaler_x2()
    case .upscalerX4: limpid_upscaler_x4()
    case .upRestorer: limpid_up_restorer()
    }
  }

  private var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: embedded.bytes, count: embedded.length)
  }

  func file() throws(SafetensorsError) -> SafetensorsFile { try SafetensorsFile(bytes: bytes) }

  /// What its file does not tell.
  var choices: [Hyperparameter] {
    self == .upRestorer ? [Hyperparameter("sampling_timesteps", .integer(2))] : []
  }

  /// SHA-256 of its file.
  var digest: String { Digest.of([UInt8](bytes)) }
}

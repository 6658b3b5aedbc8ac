import IR
import Tensors

/// AutoDIR's networks in one checkpoint: CLIP's towers, which assess a picture, a latent U-Net told
/// by them, its autoencoder, and a network that puts the picture's structure back.
///
/// Y. Jiang, Z. Zhang, T. Xue, J. Gu, "AutoDIR: Automatic All-in-One Image Restoration with Latent
/// Diffusion", ECCV 2024, arXiv 2310.10123.
///
/// It has no graph of its own; each ``Part`` has one.
package struct AutoDIR: RecognizableArchitecture {
  package static let name = "AutoDIR"
  /// Scales the similarity of a picture and a text; the only parameter outside of the parts.
  package static let logitScale = "model_assessment.clipmodel.logit_scale"

  /// One of the networks, and how the checkpoint names its parameters.
  package struct Part: Sendable {
    package enum Role: String, CaseIterable, Sendable {
      case unet = "U-Net"
      case autoencoder
      case text = "text tower"
      case vision = "image tower"
      case correction = "structure correction"
    }

    package let role: Role
    package let network: any Network
    package let dialect: KeyDialect
  }

  /// In the order of ``Part/Role``.
  package let parts: [Part]
  /// The side that pictures are padded to a multiple of, in pixels.
  package let sizeMultiple: Int

  /// - Parameter parts: one for each role.
  init(parts: [Part], sizeMultiple: Int) {
    self.parts = parts
    self.sizeMultiple = sizeMultiple
  }

  package subscript(role: Part.Role) -> Part { parts.first { $0.role == role }! }
}

extension AutoDIR {
  package var inputChannels: Int { 3 }
  package var outputChannels: Int { 3 }
  package var hasGlobalOperators: Bool { true }

  package var hyperparameters: [Hyperparameter] {
    parts.flatMap { part in
      part.network.hyperparameters.map {
        Hyperparameter("\(part.role.rawValue): \($0.name)", $0.value)
      }
    }
  }

  /// The parameters of all parts under the names of the checkpoint.
  package var manifest: Manifest {
    get throws(Fault) {
      var entries = [Manifest.Entry(path: Self.logitScale, shape: [])]
      for part in parts {
        entries += part.dialect.tensors(of: try part.network.manifest).entries
      }
      return Manifest(entries: entries)
    }
  }

  /// The schedule of training, and CLIP's numbers of positions.
  package static func isBuffer(_ name: String) -> Bool {
    scheduleBuffers.contains(name) || name.hasSuffix("embeddings.position_ids")
  }

  private static let scheduleBuffers: Set<String> = [
    "betas", "alphas_cumprod", "alphas_cumprod_prev", "sqrt_alphas_cumprod",
    "sqrt_one_minus_alphas_cumprod", "log_one_minus_alphas_cumprod", "sqrt_recip_alphas_cumprod",
    "sqrt_recipm1_alphas_cumprod", "posterior_variance", "posterior_log_variance_clipped",
    "posterior_mean_coef1", "posterior_mean_coef2",
  ]
}

extension Recognition {
  /// One network of a checkpoint of several.
  package init(_ part: AutoDIR.Part, of whole: Recognition) throws(Fault) {
    self.init(
      architecture: part.network, descriptor: try part.network.descriptor,
      dialect: part.dialect.behind(whole.prefix), findings: [],
      matched: try part.network.manifest.entries.count, unused: [])
  }
}

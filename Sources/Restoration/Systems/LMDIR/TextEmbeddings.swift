import Execution
import Generation
import Models
import Networks
import Pictures
import Tensors

/// CLIP's last hidden states of texts as LMDIR takes them: one sequence each, the end of a text
/// that does not fit cut off.
final class TextEmbeddings: Sendable {
  /// Of an embedding: (1, T, C).
  let shape: Shape
  private let encoder: TextEncoder

  init(_ model: Model, _ network: LMDIR, on engine: Engine) throws(LimpidError) {
    encoder = try TextEncoder(
      try model.folder(of: .textEncoder), tokenizer: try model.folder(of: .tokenizer), on: engine)
    shape = [1, encoder.tokenizer.length, encoder.features]
    let wanted = network.operands(batch: 1, height: 8, width: 8)["content_embeds"]
    guard shape == wanted else {
      throw LimpidError(
        .badData,
        "\(model.name): its text encoder gives \(shape), its restorer takes "
          + (wanted.map { "\($0)" } ?? "none"))
    }
  }

  /// (1, T, C).
  func embedding(of text: String) throws -> HostTensor { try encoder.encodeFirst(text).last }

  /// What a text takes.
  func need() throws -> Need { try encoder.need() }

  /// Gives back the device's memory.
  func release() { encoder.release() }
}

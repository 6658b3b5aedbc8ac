import Diffusion
import Execution
import Tensors

/// What the text towers of a pipeline tell its U-Net.
///
/// One tower: the last hidden state. Two, as in Stable Diffusion XL: the penultimate states side by
/// side, the second tower's projected text and the sizes of the picture.
///
/// D. Podell et al., "SDXL", 2023, sections 2.1 and 2.2.
package final class TextConditioner: Sendable {
  private let encoders: [TextEncoder]
  /// Whether no negative prompt at all means zeros, not the empty text.
  private let zeroesAbsent: Bool

  package init(_ encoder: TextEncoder) {
    encoders = [encoder]
    zeroesAbsent = false
  }

  package init(_ first: TextEncoder, _ second: TextEncoder, zeroesAbsent: Bool) {
    encoders = [first, second]
    self.zeroesAbsent = zeroesAbsent
  }

  /// How many sequences the longer of the texts needs.
  package func sequenceCount(_ texts: [String]) -> Int {
    texts.flatMap { text in encoders.map { $0.sequenceCount(text) } }.max() ?? 1
  }

  /// The U-Net's operands for one picture.
  /// - Parameters:
  ///   - text: nil for the absence of a negative prompt.
  ///   - size: of the picture, in pixels.
  package func operands(
    _ text: String?, sequences count: Int, size: (height: Int, width: Int)
  ) throws -> [String: HostTensor] {
    let encoded = try encoders.map { try $0.encode(text ?? "", sequences: count) }
    guard encoded.count == 2 else { return ["encoder_hidden_states": encoded[0].last] }
    let isAbsent = text == nil && zeroesAbsent
    let tokens = HostTensor.joiningFeatures(encoded[0].penultimate, encoded[1].penultimate)
    let sizes = [size.height, size.width, 0, 0, size.height, size.width].map { Float($0) }
    return [
      "encoder_hidden_states": isAbsent ? tokens.zeros : tokens,
      "text_embeds": isAbsent ? encoded[1].pooled.zeros : encoded[1].pooled,
      "time_ids": HostTensor([1, 6], sizes),
    ]
  }

  /// Numbers in each tower.
  package var parameterCounts: [Int] { encoders.map(\.parameterCount) }

  /// What one sequence of tokens takes in all towers.
  package func need() throws -> Need { .beside(try encoders.map { try $0.need() }) }

  /// Gives back the device's memory.
  package func release() { for encoder in encoders { encoder.release() } }
}

extension HostTensor {
  /// Two matrices of the same rows, (1, T, D) and (1, T, E), as (1, T, D + E).
  fileprivate static func joiningFeatures(_ a: HostTensor, _ b: HostTensor) -> HostTensor {
    let (rows, left, right) = (a.shape[1], a.shape[2], b.shape[2])
    let (first, second) = (a.floats, b.floats)
    var joined: [Float] = []
    joined.reserveCapacity(first.count + second.count)
    for row in 0..<rows {
      joined += first[row * left..<(row + 1) * left]
      joined += second[row * right..<(row + 1) * right]
    }
    return HostTensor([1, rows, left + right], joined)
  }
}

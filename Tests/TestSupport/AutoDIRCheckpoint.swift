import Checkpoints
import Foundation
import Paths
import Tensors

/// A tiny AutoDIR whose parameters are drawn from their names, as tools/fixtures/autodir.py draws
/// them.
package enum AutoDIRCheckpoint {
  private static let salt = "11/"

  /// Writes the checkpoint into a folder, with the tokenizer beside it, and returns its path.
  /// - Parameters:
  ///   - fixture: the folder that the script has written.
  ///   - isKept: which tensors.
  package static func write(
    to folder: URL, named name: String = "autodir.safetensors", fixture: URL,
    keeping isKept: (String) -> Bool = { _ in true }
  ) throws -> String {
    let keys = fixture.appendingPathComponent("keys.txt")
    var tensors: [(name: String, tensor: HostTensor)] = []
    for line in try String(contentsOf: keys, encoding: .utf8).split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1)
      let extents = parts[1].dropFirst().dropLast().split(separator: ",").compactMap {
        Int($0.trimmingCharacters(in: .whitespaces))
      }
      let key = String(parts[0])
      if isKept(key) { tensors.append((key, parameter(key, Shape(extents)))) }
    }
    // What the official checkpoint also holds.
    let positions = HostTensor([1, 2], [0, 1])
    tensors.append(("betas", HostTensor([2], [0.1, 0.2])))
    tensors.append(
      ("model_assessment.clipmodel.text_model.embeddings.position_ids", positions))
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let tokenizer = folder.appendingPathComponent("tokenizer")
    if !FileManager.default.fileExists(atPath: tokenizer.path) {
      try FileManager.default.copyItem(
        at: fixture.appendingPathComponent("tokenizer"), to: tokenizer)
    }
    let file = folder.appendingPathComponent(name).path
    try Safetensors.write(tensors, to: Path(file))
    return file
  }

  private static func parameter(_ name: String, _ shape: Shape) -> HostTensor {
    var (mean, width) = (0.0, 0.1)
    if name.hasSuffix("logit_scale") {
      (mean, width) = (3, 0)
    } else if name.hasSuffix(".beta") || name.hasSuffix(".gamma") {
      width = 0.3
    } else if name.contains("embeddings."), !name.contains("patch") {
      width = 0.7
    } else if shape.rank > 1 {
      width = (3 / Double(shape.count / shape[0])).squareRoot()
      if name.hasSuffix("decoder.conv_out.weight") { width *= 0.4 }
    } else if name.hasSuffix("weight") {
      (mean, width) = (1, 0.2)
    }
    let seed = (salt + name).utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    return HostTensor(shape) { values in
      for index in values.indices {
        var z = seed &+ (UInt64(index) &+ 1) &* 0x9e37_79b9_7f4a_7c15
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        z ^= z >> 31
        values[index] = Float(mean + width * (Double(z >> 40) * 0x1p-23 - 1))
      }
    }
  }
}

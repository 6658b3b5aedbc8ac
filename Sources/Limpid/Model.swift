import CModels
import Checkpoints
import Glibc
import IR
import Networks
import Tensors

/// A checkpoint with the network that it was recognised as.
package struct Model: Sendable {
  /// What a person called it: the path, or `builtin`.
  package let name: String
  package let file: SafetensorsFile
  package let recognition: Recognition
  package let weights: Binding
  /// Size of the file in bytes.
  package let byteCount: Int

  /// Opens a bare `.safetensors` file, recognises its network and checks all of its parameters.
  /// - Parameter path: nil, or `builtin`, for the denoiser that is part of the binary.
  package init(_ path: String?) throws(LimpidError) {
    name = path ?? Self.builtInName
    do {
      file = name == Self.builtInName ? try Self.builtIn() : try SafetensorsFile(path: name)
      recognition = try Architectures.recognize(
        CheckpointIndex(file.entries.map { (name: $0.name, shape: $0.shape) }))
      weights = try Binding(
        try recognition.network.manifest, to: file, prefix: recognition.prefix, allowUnused: true)
      var status = stat()
      byteCount =
        name == Self.builtInName
        ? limpid_denoiser_length() : stat(name, &status) == 0 ? status.st_size : 0
    } catch {
      throw LimpidError(error, subject: name)
    }
  }

  package var network: any Network { recognition.network }

  /// SHA-256 of the file's contents; nil when it cannot be read again.
  package var digest: String? {
    guard name == Self.builtInName else { return Digest.ofFile(name) }
    let bytes = UnsafeRawBufferPointer(start: limpid_denoiser(), count: limpid_denoiser_length())
    return Digest.of([UInt8](bytes))
  }

  package static let builtInName = "builtin"

  private static func builtIn() throws(SafetensorsError) -> SafetensorsFile {
    try SafetensorsFile(
      bytes: UnsafeRawBufferPointer(start: limpid_denoiser(), count: limpid_denoiser_length()))
  }
}

extension Model {
  /// Refuses tensors that the network does not read: they mean that it is not quite the network
  /// that the file was made for.
  package func requireNoneUnused() throws(LimpidError) {
    guard let first = recognition.unused.first else { return }
    let count = recognition.unused.count
    throw LimpidError(
      .badData,
      "\(name): \(count) tensors are not part of \(recognition.descriptor.architecture)"
        + ", the first is \(first.path) \(first.shape)")
  }
}

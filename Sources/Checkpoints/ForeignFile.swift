/// A file that is no safetensors file although somebody gave it as one: what it looks like by its
/// first bytes, and what to do about it.
package enum ForeignFile: Hashable, Sendable, CaseIterable {
  case empty
  /// What Git leaves in place of a large file until it is asked for it.
  case gitLFSPointer
  case webPage
  /// What a server answers in place of a file.
  case errorMessage
  /// A zip archive with a pickle, as `torch.save` writes it.
  case pyTorchArchive
  case torchScript
  /// A bare pickle, as `torch.save` wrote it before version 1.6.
  case pyTorchPickle
  /// A tar archive, as `torch.save` wrote it before version 0.2; or any other.
  case tarArchive
  case gguf, onnx, ncnnGraph, ncnnWeights, tensorFlowLite, tensorRT, openVINO, hdf5, kerasArchive
  case numPy, numPyArchive, zipArchive, compressed, otherArchive
  case picture, pdf, program, json, text
  /// Nothing but zeros.
  case zeros
}

extension ForeignFile: CustomStringConvertible {
  /// One clause, such as `it looks like an HTML page: ...`.
  package var description: String {
    guard let appearance else { return remedy }
    return "it looks like \(appearance): \(remedy)"
  }

  private var appearance: String? {
    switch self {
    case .empty, .zeros: nil
    case .gitLFSPointer: "a Git LFS pointer"
    case .webPage: "an HTML page"
    case .errorMessage: "a server's error message"
    case .pyTorchArchive, .pyTorchPickle: "a PyTorch checkpoint"
    case .torchScript: "a TorchScript program"
    case .tarArchive: "a tar archive"
    case .gguf: "a GGUF file"
    case .onnx: "an ONNX graph"
    case .ncnnGraph: "an ncnn graph (.param)"
    case .ncnnWeights: "ncnn weights (.bin)"
    case .tensorFlowLite: "a TensorFlow Lite graph"
    case .tensorRT: "a TensorRT engine"
    case .openVINO: "an OpenVINO graph"
    case .hdf5: "an HDF5 file"
    case .kerasArchive: "a Keras archive"
    case .numPy: "a NumPy array"
    case .numPyArchive: "an archive of NumPy arrays"
    case .zipArchive: "a zip archive"
    case .compressed: "a compressed file"
    case .otherArchive: "an archive"
    case .picture: "a picture"
    case .pdf: "a PDF document"
    case .program: "a program or library"
    case .json: "JSON"
    case .text: "text"
    }
  }

  private var remedy: String {
    let original = "take the checkpoint that it was made from, as .safetensors or .pth"
    return switch self {
    case .empty: "the file is empty; download it again"
    case .zeros: "the file holds nothing but zeros; download it again"
    case .gitLFSPointer:
      "the weights themselves are not there; run 'git lfs pull' where it was cloned, or download "
        + "the file itself"
    case .webPage: "not the file behind its link; download the file itself"
    case .errorMessage: "the download failed; download the file again"
    case .pyTorchArchive, .pyTorchPickle: "'tools/convert FILE -o BUNDLE' makes a bundle of it"
    case .torchScript:
      "'tools/convert FILE -o BUNDLE' makes a bundle of its parameters if their names are the "
        + "network's own"
    case .tarArchive, .zipArchive, .otherArchive: "unpack it and give the weights in it"
    case .compressed: "decompress it first"
    case .gguf: "its tensors are packed for other programs; \(original)"
    case .ncnnGraph, .ncnnWeights:
      "'tools/convert FILE.param -o BUNDLE' makes a bundle of it and of the .bin beside it"
    case .onnx, .tensorFlowLite, .tensorRT, .openVINO:
      "the network's names and shapes are lost in it; \(original)"
    case .hdf5, .kerasArchive: "weights of Keras are not read; \(original)"
    case .numPy, .numPyArchive:
      "save its arrays under the network's names with safetensors.numpy.save_file"
    case .picture: "weights are wanted here, not pictures"
    case .pdf, .program: "weights are wanted here, as .safetensors"
    case .json: "it may describe weights; give the .safetensors file beside it, or their folder"
    case .text: "weights are wanted here, as .safetensors"
    }
  }
}

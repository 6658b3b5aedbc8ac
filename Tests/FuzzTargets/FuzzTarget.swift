import Checkpoints
import Diffusion
import Forms
import Images
import JSON
import Language
import Tensors

/// A reader of files that strangers made: any bytes are either read or refused with an error.
package enum FuzzTarget: String, CaseIterable, Sendable {
  case safetensors, gguf, shards, json, scheduler, tokenizer, llama, png, jpeg, webp, tiff
  case heic, avif, jxl, y4m, form

  /// Those whose libraries this build has.
  package static var built: [FuzzTarget] {
    allCases.filter { ImageFormat(rawValue: $0.rawValue)?.isRead ?? true }
  }

  /// Reads the bytes, and all that can be asked for afterwards.
  /// - Returns: whether they were accepted.
  package func accepts(_ bytes: UnsafeRawBufferPointer) -> Bool {
    do {
      switch self {
      case .safetensors: try Self.readTensors(bytes)
      case .gguf: try Self.readBlocks(bytes)
      case .shards: _ = try ShardIndex(parsing: [UInt8](bytes)).fileNames
      case .json: _ = try JSONValue(parsing: [UInt8](bytes))
      case .scheduler: try Self.readScheduler([UInt8](bytes))
      case .tokenizer: try TokenizerReading.perform([UInt8](bytes))
      case .llama: try Self.readVocabulary([UInt8](bytes))
      case .png: try PictureReading(.png).perform(bytes)
      case .jpeg: try PictureReading(.jpeg).perform(bytes)
      case .webp: try PictureReading(.webp).perform(bytes)
      case .tiff: try PictureReading(.tiff).perform(bytes)
      case .heic: try PictureReading(.heic).perform(bytes)
      case .avif: try PictureReading(.avif).perform(bytes)
      case .jxl: try PictureReading(.jxl).perform(bytes)
      case .y4m: try PictureReading(.y4m).perform(bytes)
      case .form: try Self.readForm(bytes)
      }
      return true
    } catch {
      // Every error describes itself.
      precondition(!"\(error)".isEmpty, "an error without a description")
      return false
    }
  }

  private static func readTensors(_ bytes: UnsafeRawBufferPointer) throws {
    let file = try SafetensorsFile(bytes: bytes)
    for entry in file.entries {
      let size = try file.bytes(named: entry.name).withBytes { $0.count }
      precondition(size == entry.dataOffsets.count, "a tensor of another size")
      if entry.type.elementType != nil || entry.type == .f64 {
        _ = try file.tensor(named: entry.name)
      }
    }
    _ = NonFiniteElements.summary(try Checkpoint(file).nonFiniteElements())
  }

  private static func readBlocks(_ bytes: UnsafeRawBufferPointer) throws {
    let file = try GGUFFile(storage: TensorStorage(borrowing: bytes) {})
    for entry in file.entries {
      let size = try file.bytes(named: entry.name).byteCount
      precondition(size == entry.dataOffsets.count, "a tensor of another size")
      let tensor = try file.tensor(named: entry.name)
      precondition(tensor.shape == entry.shape, "a tensor of another shape")
    }
    _ = NonFiniteElements.summary(try Checkpoint(file).nonFiniteElements())
  }

  /// - Parameter bytes: a `tokenizer.json`, or else a `tokenizer.model`.
  private static func readVocabulary(_ bytes: [UInt8]) throws {
    let vocabulary =
      bytes.first == UInt8(ascii: "{")
      ? try LlamaVocabulary(json: bytes) : try LlamaVocabulary(sentencePiece: bytes)
    let tokenizer = LlamaTokenizer(vocabulary)
    let tokens = tokenizer.encode("a photo\u{301} of \u{1F600}")
    precondition(tokens.allSatisfy { $0 >= 0 && $0 < vocabulary.count }, "no such token")
    _ = tokenizer.decode(tokens)
  }

  /// - Parameter bytes: a query, the type of a body and the body, with zero bytes between them.
  private static func readForm(_ bytes: UnsafeRawBufferPointer) throws {
    let parts = [UInt8](bytes).split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
    for (name, value) in try QueryString.fields(String(decoding: parts[0], as: UTF8.self)) {
      precondition(name.utf8.count + value.utf8.count <= 3 * parts[0].count + 4, "a longer field")
    }
    guard parts.count == 3 else { return }
    let type = String(decoding: parts[1], as: UTF8.self)
    let form = try MultipartForm(type, Array(parts[2]))
    let size = form?.parts.reduce(0) { $0 + $1.content.count } ?? 0
    precondition(size <= parts[2].count, "parts that overlap")
  }

  private static func readScheduler(_ bytes: [UInt8]) throws {
    let file = try SchedulerFile(parsing: bytes)
    _ = try file.noiseSchedule()
    for kind in SchedulerFile.Kind.allCases { _ = try? file.sampler(kind) }
  }
}

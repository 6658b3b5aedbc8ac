import JSON

/// Why a GGUF file was refused.
///
/// As with ``SafetensorsError``, the caller knows the path, and `description` is one line in which
/// text out of the file appears escaped and shortened.
package enum GGUFError: Error, Hashable, Sendable {
  /// The file could not be opened or read.
  case reading(SafetensorsError)
  /// The file does not begin as a GGUF file.
  case foreign(ForeignFile?)
  /// A version of the format that is not read.
  case version(UInt32)
  /// The file ends, or the largest header does, within this part of the header.
  case brokenOff(GGUFPlace)
  /// More of something than a file may have.
  case count(GGUFPlace, UInt64, limit: Int)
  case notUTF8(GGUFPlace)
  /// A metadata key or tensor name breaks a rule.
  case key(String, SafetensorsKeyFault)
  /// A metadata value is of a kind that is not read.
  case valueType(key: String, UInt32)
  case nestedArray(key: String)
  /// A metadata value is missing or of another kind than its key's.
  case value(key: String, expected: String)
  case tensor(String, GGUFTensorFault)
  /// Bytes after the last tensor belong to none.
  case tail(bytes: Int)
}

/// The part of a header that a fault concerns.
package enum GGUFPlace: Hashable, Sendable {
  case start
  case tensorCount, metadataCount
  case key
  case value(key: String)
  case tensorName
  case tensor(String)
}

/// Rules on the description of one tensor. Offsets are in bytes from the start of the data.
package enum GGUFTensorFault: Hashable, Sendable {
  case rank(UInt32, limit: Int)
  case extent(UInt64)
  case countOverflow
  case unreadType(UInt32)
  case partialBlock(row: Int, GGUFType)
  case offset(UInt64, expected: Int)
  case beyondFile(end: Int, available: Int)
}

extension GGUFError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .reading(let error): "\(error)"
    case .value(let key, let expected): "metadata \(quoted(key)) is not \(expected)"
    case .version(let version): "GGUF of version \(version) is not read, only of 2 and 3"
    case .valueType(let key, let type):
      "metadata \(quoted(key)) has a value of unknown type \(type)"
    case .nestedArray(let key): "metadata \(quoted(key)) is an array of arrays"
    default: "not a valid GGUF file: \(refusal)"
    }
  }

  private var refusal: String {
    switch self {
    case .foreign(let file): file.map { "\($0)" } ?? "it does not begin with 'GGUF'"
    case .brokenOff(let place):
      "it ends within \(place.text); it looks like a download that broke off: download it again"
    case .count(let place, let count, let limit): "\(place.text) is \(count), more than \(limit)"
    case .notUTF8(let place): "\(place.text) is no valid UTF-8"
    case .key(let key, let fault): "name \(quoted(key)) \(fault.text)"
    case .tensor(let name, let fault): "tensor \(quoted(name)): \(fault.text)"
    case .tail(let bytes): "\(bytes) bytes after the last tensor belong to no tensor"
    case .reading, .version, .valueType, .nestedArray, .value: ""
    }
  }
}

extension GGUFPlace {
  fileprivate var text: String {
    switch self {
    case .start: "its first fields"
    case .tensorCount: "the count of tensors"
    case .metadataCount: "the count of metadata"
    case .key: "a metadata key"
    case .value(let key): "the length of metadata \(quoted(key))"
    case .tensorName: "a tensor's name"
    case .tensor(let name): "the description of tensor \(quoted(name))"
    }
  }
}

extension GGUFTensorFault {
  fileprivate var text: String {
    switch self {
    case .rank(let rank, let limit): "it has \(rank) extents, not 1 to \(limit)"
    case .extent(let extent): "an extent is \(extent)"
    case .countOverflow: "its size overflows"
    case .unreadType(let number): "elements of type \(GGUFType.name(of: number)) are not read"
    case .partialBlock(let row, let type):
      "a row of \(row) does not fill blocks of \(type.blockLength)"
    case .offset(let offset, let expected): "it begins at \(offset), not at \(expected)"
    case .beyondFile(let end, let available):
      "it ends at \(end), the file holds \(available) bytes of data; "
        + "it looks like a download that broke off: download it again"
    }
  }
}

import Glibc
import JSON

extension SafetensorsError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .system(let call, let code): "\(call): \(String(cString: strerror(code)))"
    case .notRegularFile: "not a regular file"
    case .shrank(let range): "the file shrank while bytes \(range) were being read"
    case .outOfMemory(let bytes): "no memory for a tensor of \(bytes) bytes"
    case .fileTooLarge(let bytes, let limit): "\(bytes) bytes are more than \(limit)"
    case .noSuchTensor(let name): "no tensor \(quoted(name))"
    case .unreadableType(let name, let type):
      "tensor \(quoted(name)): \(type.rawValue) elements can be read as raw bytes only"
    default: "not a valid safetensors file: \(refusal)"
    }
  }

  private var refusal: String {
    switch self {
    case .foreign(let file): "\(file)"
    case .fileTooShort(let bytes): "\(bytes) bytes are too few for a header"
    case .headerLength(let length):
      "header length \(length) is not in 2...\(SafetensorsLimits.headerBytes)"
    case .headerBeyondFile(let length, let available):
      "header length \(length) exceeds the \(available) bytes that follow it; \(brokenOff)"
    case .headerStart(let byte): "header starts with \(named(byte)), not '{'"
    case .headerPadding(let byte, let offset):
      "header byte \(offset): \(named(byte)) after the closing brace, only spaces may follow"
    case .json(let fault, let place):
      "\(place.text)header byte \(fault.offset): \(fault.rule.text)"
    case .repeatedMetadata: "__metadata__ appears twice"
    case .tooManyMetadataKeys(let limit): "__metadata__ has more than \(limit) keys"
    case .tooManyTensors(let limit): "more than \(limit) tensors"
    case .key(let key, let place, let fault): "\(place.keyKind) \(quoted(key)) \(fault.text)"
    case .tensor(let name, let fault): "tensor \(quoted(name)): \(fault.text)"
    case .tail(let bytes): "\(bytes) bytes after the last tensor belong to no tensor"
    default: ""
    }
  }
}

/// Of a file that is shorter than it says.
private let brokenOff = "it looks like a download that broke off: download it again"

extension SafetensorsPlace {
  fileprivate var text: String {
    switch self {
    case .header: ""
    case .metadata: "__metadata__: "
    case .tensor(let name): "tensor \(quoted(name)): "
    }
  }

  fileprivate var keyKind: String { self == .metadata ? "metadata key" : "tensor name" }
}

extension SafetensorsKeyFault {
  var text: String {
    switch self {
    case .empty: "is empty"
    case .tooLong(let bytes, let limit): "has \(bytes) bytes, more than \(limit)"
    case .unprintable: "has characters that cannot be printed"
    case .markRun(let limit): "has more than \(limit) combining marks in a row"
    case .repeated: "appears twice"
    case .equivalent(let other): "is the same Unicode text as \(quoted(other))"
    }
  }
}

extension SafetensorsTensorFault {
  fileprivate var text: String {
    switch self {
    case .unknownField(let field): "unknown field \(quoted(field))"
    case .repeatedField(let field): "field \(field) appears twice"
    case .missingField(let field): "field \(field) is missing"
    case .unknownType(let type): "unknown dtype \(quoted(type))"
    case .rank(let limit): "shape has more than \(limit) extents"
    case .countOverflow: "shape overflows the element or bit count"
    case .partialByte: "shape and dtype do not fill whole bytes"
    case .offsetCount: "data_offsets does not hold exactly two numbers"
    case .offsetsReversed(let begin, let end): "data_offsets [\(begin), \(end)] are reversed"
    case .size(let needed, let given):
      "data_offsets span \(given) bytes, shape and dtype need \(needed)"
    case .gap(let begin, let expected):
      "data_offsets begin at \(begin) and leave a hole from \(expected)"
    case .overlap(let begin, let expected):
      "data_offsets begin at \(begin) and overlap the tensor that ends at \(expected)"
    case .beyondFile(let end, let available):
      "data_offsets end at \(end), the file holds \(available) bytes of data; \(brokenOff)"
    }
  }
}

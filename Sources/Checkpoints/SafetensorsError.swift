import JSON

/// Why a safetensors file was refused or could not be read or written.
///
/// Errors carry no path: the caller knows which file it named. `description` is one line that
/// names the field or tensor and the rule; text out of the file appears escaped and shortened.
package enum SafetensorsError: Error, Hashable, Sendable {
  /// A system call failed with this `errno`.
  case system(call: String, code: Int32)
  /// The path names a directory, a pipe or a device.
  case notRegularFile
  /// The file ended while this byte range was being read: it shrank after it was opened.
  case shrank(reading: Range<Int>)
  /// No memory for a tensor of this many bytes.
  case outOfMemory(bytes: Int)

  /// A file that is read whole is larger than it may be.
  case fileTooLarge(bytes: Int, limit: Int)

  /// The file is of another kind.
  case foreign(ForeignFile)
  /// The file is shorter than the smallest one, a length field and `{}`.
  case fileTooShort(bytes: Int)
  /// The header length field is below 2 or above the limit.
  case headerLength(UInt64)
  /// The header length field points past the end of the file.
  case headerBeyondFile(length: UInt64, available: Int)
  /// The header does not begin with `{`.
  case headerStart(UInt8)
  /// Something other than spaces follows the header's JSON object; offset in the header.
  case headerPadding(byte: UInt8, offset: Int)
  /// The header is not in the JSON subset of the format.
  case json(JSONFault, in: SafetensorsPlace)
  case repeatedMetadata
  case tooManyMetadataKeys(limit: Int)
  case tooManyTensors(limit: Int)
  /// A tensor name or metadata key breaks a rule.
  case key(String, in: SafetensorsPlace, SafetensorsKeyFault)
  /// A tensor's description breaks a rule.
  case tensor(String, SafetensorsTensorFault)
  /// Bytes after the last tensor belong to none.
  case tail(bytes: Int)

  case noSuchTensor(String)
  /// The tensor exists, but its elements can be read as raw bytes only.
  case unreadableType(tensor: String, SafetensorsType)
}

/// The part of a header that a fault concerns.
package enum SafetensorsPlace: Hashable, Sendable {
  case header
  case metadata
  case tensor(String)
}

/// Rules on the description of one tensor. Offsets are in bytes from the start of the data.
package enum SafetensorsTensorFault: Hashable, Sendable {
  case unknownField(String)
  case repeatedField(String)
  case missingField(String)
  case unknownType(String)
  case rank(limit: Int)
  case countOverflow
  case partialByte
  case offsetCount
  case offsetsReversed(begin: Int, end: Int)
  case size(needed: Int, given: Int)
  case gap(begin: Int, expected: Int)
  case overlap(begin: Int, expected: Int)
  case beyondFile(end: Int, available: Int)
}

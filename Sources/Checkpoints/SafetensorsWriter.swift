import Paths
import Tensors

/// Writes safetensors files.
package enum Safetensors {
  /// Writes tensors to a new file, which replaces `path` once it is complete.
  ///
  /// Larger elements come first and equal ones in order of their names, so that every tensor is
  /// aligned to its element; the header is padded to a multiple of 8 bytes. The same input always
  /// gives the same bytes.
  /// - Throws: the error that ``SafetensorsFile`` would refuse the file with, before anything is
  ///   written, or an error of writing.
  package static func write(
    _ tensors: [(name: String, tensor: HostTensor)], metadata: [String: String] = [:],
    to path: Path
  ) throws(SafetensorsError) {
    let ordered = tensors.sorted {
      ($1.tensor.type.byteCount, $0.name) < ($0.tensor.type.byteCount, $1.name)
    }
    let header = encodeHeader(
      ordered.map { ($0.name, SafetensorsType($0.tensor.type), $0.tensor.shape) },
      metadata: metadata)
    guard header.count <= SafetensorsLimits.headerBytes else {
      throw .headerLength(UInt64(header.count))
    }
    _ = try SafetensorsHeader(
      json: header, dataBytes: ordered.reduce(0) { $0 + $1.tensor.byteCount })

    let file = try ReplacementFile(replacing: path)
    try withUnsafeBytes(of: UInt64(header.count).littleEndian, file.write).get()
    try header.withUnsafeBytes(file.write).get()
    for (_, tensor) in ordered { try tensor.withBytes(file.write).get() }
    try file.commit()
  }

  /// The JSON header of tensors that lie back to back in this order, padded to 8 bytes.
  package static func encodeHeader(
    _ tensors: [(name: String, type: SafetensorsType, shape: Shape)],
    metadata: [String: String] = [:]
  ) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(literal($0)):\(literal($1))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var begin = 0
    for (name, type, shape) in tensors {
      let end = begin + shape.count * type.bitCount / 8
      let extents = shape.extents.map(String.init).joined(separator: ",")
      members.append(
        "\(literal(name)):{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(extents)],"
          + "\"data_offsets\":[\(begin),\(end)]}")
      begin = end
    }
    let json = Array("{\(members.joined(separator: ","))}".utf8)
    return json + [UInt8](repeating: 0x20, count: (8 - json.count % 8) % 8)
  }

  /// Text as a JSON string.
  private static func literal(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

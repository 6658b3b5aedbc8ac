import CZlib

/// The contents of a gzip file.
/// - Parameter limit: of decompressed bytes.
func decompressed(_ bytes: [UInt8], limit: Int) throws(TokenizerError) -> [UInt8] {
  guard let count = UInt32(exactly: bytes.count) else { throw .tooLarge(limit: limit) }
  var stream = z_stream()
  let gzip = MAX_WBITS + 16
  guard
    inflateInit2_(&stream, gzip, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  else { throw .badCompression }
  defer { inflateEnd(&stream) }
  var result: [UInt8] = []
  var input = bytes
  let status = input.withUnsafeMutableBufferPointer { input in
    stream.next_in = input.baseAddress
    stream.avail_in = count
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var status = Z_OK
    while status == Z_OK, result.count <= limit {
      chunk.withUnsafeMutableBufferPointer { chunk in
        stream.next_out = chunk.baseAddress
        stream.avail_out = UInt32(chunk.count)
        status = inflate(&stream, Z_NO_FLUSH)
        result += chunk.prefix(chunk.count - Int(stream.avail_out))
      }
    }
    return status
  }
  guard result.count <= limit else { throw .tooLarge(limit: limit) }
  guard status == Z_STREAM_END else { throw .badCompression }
  return result
}

import CZlib

/// A gzip file with these contents in stored blocks.
func storedGzip(_ bytes: [UInt8]) -> [UInt8] {
  func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }
  var file: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
  for start in stride(from: 0, to: max(bytes.count, 1), by: 0xffff) {
    let block = bytes[start..<min(start + 0xffff, bytes.count)]
    let isLast = start + block.count == bytes.count
    file += [isLast ? 1 : 0] + little(block.count, 2) + little(~block.count, 2) + block
  }
  let checksum = bytes.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
  return file + little(Int(checksum), 4) + little(bytes.count, 4)
}

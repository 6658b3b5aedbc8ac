import Foundation
import Glibc

/// Messages over a socket: a JSON value, and floats that go with it as they lie in memory.
///
/// Both ends are processes of one program on one machine.
package struct MessageChannel: Sendable {
  private let descriptor: Int32

  /// - Parameter descriptor: of a socket, which stays open.
  package init(descriptor: Int32) { self.descriptor = descriptor }

  struct Header: BitwiseCopyable {
    var mark = Header.mark
    var textBytes: UInt32 = 0
    var floatCount: UInt64 = 0

    static let mark: UInt32 = 0x4C4D_5044
    static let largestText: UInt32 = 1 << 27
    static let largestCount: UInt64 = 1 << 34
  }

  package enum Fault: Error, Sendable {
    /// The other end is gone, or does not keep to the form.
    case ended
    /// The other end said nothing for too long.
    case silent
  }

  /// Sends a message. One thread at a time may do so, while another receives.
  /// - Parameter patience: how long the other end may take nothing; nil for ever.
  /// - Throws: ``Fault``.
  package func send(
    _ message: some Encodable, _ blocks: [[Float]] = [], patience: Duration? = nil
  ) throws {
    guard let text = try? Self.encoder.encode(message) else { throw Fault.ended }
    var header = Header()
    header.textBytes = UInt32(text.count)
    header.floatCount = UInt64(blocks.reduce(0) { $0 + $1.count })
    try withUnsafeBytes(of: &header) { try write($0, patience) }
    try [UInt8](text).withUnsafeBytes { try write($0, patience) }
    for block in blocks { try block.withUnsafeBytes { try write($0, patience) } }
  }

  /// Waits for a message.
  /// - Parameter patience: how long the other end may say nothing; nil for ever.
  /// - Throws: ``Fault``.
  package func receive<Message: Decodable>(
    _ type: Message.Type, patience: Duration? = nil
  ) throws -> (Message, [Float]) {
    var header = Header()
    try withUnsafeMutableBytes(of: &header) { try read($0, patience) }
    guard header.mark == Header.mark, header.textBytes <= Header.largestText,
      header.floatCount <= Header.largestCount
    else { throw Fault.ended }
    var text = [UInt8](repeating: 0, count: Int(header.textBytes))
    try text.withUnsafeMutableBytes { try read($0, patience) }
    let count = Int(header.floatCount)
    let floats = try [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      try read(UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count * 4), patience)
      filled = count
    }
    guard let message = try? Self.decoder.decode(type, from: Data(text)) else { throw Fault.ended }
    return (message, floats)
  }

  /// JSON has no infinities and no NaN, and messages may.
  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }

  private func write(_ bytes: UnsafeRawBufferPointer, _ patience: Duration?) throws {
    let flags = MSG_NOSIGNAL | (patience == nil ? 0 : MSG_DONTWAIT)
    var done = 0
    while done < bytes.count {
      if let patience { try wait(for: POLLOUT, patience) }
      let count = Glibc.send(
        descriptor, bytes.baseAddress! + done, bytes.count - done, Int32(flags))
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count > 0 else { throw Fault.ended }
      done += count
    }
  }

  private func read(_ bytes: UnsafeMutableRawBufferPointer, _ patience: Duration?) throws {
    var done = 0
    while done < bytes.count {
      if let patience { try wait(for: POLLIN, patience) }
      let count = recv(descriptor, bytes.baseAddress! + done, bytes.count - done, 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Fault.ended }
      done += count
    }
  }

  private func wait(for event: Int32, _ patience: Duration) throws {
    let deadline = ContinuousClock.now + patience
    while true {
      let left = (deadline - .now).components
      let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
      var poll = pollfd(fd: descriptor, events: Int16(event), revents: 0)
      let count = Glibc.poll(&poll, 1, Int32(clamping: max(milliseconds, 0)))
      if count > 0 { return }
      guard count < 0, errno == EINTR else { throw Fault.silent }
    }
  }
}

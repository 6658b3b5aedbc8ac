import Foundation
import Glibc
import Testing

/// What a server answered.
struct Reply {
  let status: Int
  /// Names in small letters.
  let headers: [String: String]
  let body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }

  func json() throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any], "\(text)")
  }

  /// - Returns: nil for what is no whole head.
  init?(_ bytes: [UInt8]) {
    let mark = Array("\r\n\r\n".utf8)
    guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else {
      return nil
    }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
    status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    self.headers = headers
    let rest = Array(bytes[(end + 4)...])
    body = headers["transfer-encoding"] == "chunked" ? Self.unchunked(rest) : rest
  }

  private static func unchunked(_ bytes: [UInt8]) -> [UInt8] {
    var (rest, body) = (bytes[...], [UInt8]())
    while let line = rest.firstIndex(of: 13),
      let size = Int(String(decoding: rest[..<line], as: UTF8.self), radix: 16), size > 0
    {
      body += rest[(line + 2)...].prefix(size)
      rest = rest[(line + 2)...].dropFirst(size + 2)
    }
    return body
  }
}

/// What was met in place of an answer; some servers are asked that may have ended.
struct NoReply: Error {
  let what: String
}

/// One request on a connection of its own, byte by byte if need be.
final class Exchange {
  private let socket: Int32

  /// Connects, and sends nothing.
  init(_ port: UInt16) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw NoReply(what: String(cString: strerror(errno))) }
  }

  /// Sends a request; the host is this machine, unless headers say another.
  convenience init(
    _ port: UInt16, _ method: String, _ target: String, _ headers: [String], _ body: [UInt8] = []
  ) throws {
    try self.init(port)
    let hasHost = headers.contains { $0.lowercased().hasPrefix("host:") }
    let lines =
      ["\(method) \(target) HTTP/1.1", "Connection: close"] + (hasHost ? [] : ["Host: localhost"])
      + headers
    send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
  }

  deinit { close(socket) }

  /// A server that takes no more is told by its answer.
  func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Everything until the server ends the connection.
  func rest() -> [UInt8] {
    var (bytes, block) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    while true {
      let count = recv(socket, &block, block.count, 0)
      guard count > 0 else { return bytes }
      bytes += block[..<count]
    }
  }

  func reply() throws -> Reply {
    let bytes = rest()
    guard let reply = Reply(bytes) else {
      throw NoReply(what: String(decoding: bytes, as: UTF8.self))
    }
    return reply
  }
}

import Foundation
import Glibc
import Images
import Testing

/// A `limpid-serve` of its own, on a port of its own. Several may ask it at once.
final class ServerUnderTest: @unchecked Sendable {
  private let process = Process()
  private let errors = Pipe()
  let port: UInt16

  /// Beside the test bundle, where `swift build` puts programs.
  static let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()

  /// - Parameter program: `limpid`, which becomes the other, or that one itself.
  init(
    _ arguments: [String] = [], device: String = "reference", by program: String = "limpid-serve"
  ) throws {
    process.executableURL = Self.folder.appendingPathComponent(program)
    process.arguments = ["serve", "--port", "0", "-g", device] + arguments
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    var told = ""
    while !(told.contains("listening at ") && told.hasSuffix("\n")) {
      let more = errors.fileHandleForReading.availableData
      guard !more.isEmpty else { break }
      told += String(decoding: more, as: UTF8.self)
    }
    let line = told.split(separator: "\n").first { $0.contains("listening at ") } ?? ""
    port = try #require(UInt16(line.split(separator: ":").last ?? ""), "\(told)")
    errors.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
  }

  deinit { process.terminate() }

  /// Processes that restore for the server.
  var workers: [pid_t] {
    let id = process.processIdentifier
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task")) ?? []
    return tasks.flatMap { task in
      let text = try? String(contentsOfFile: "/proc/\(id)/task/\(task)/children", encoding: .utf8)
      return (text ?? "").split(separator: " ").compactMap { pid_t($0) }
    }
  }

  func waitUntilReady() throws {
    for _ in 0..<3000 {
      if try get("/readyz").status == 200 { return }
      usleep(10_000)
    }
    Issue.record("the server is not ready")
  }

  /// Asks the server to end, without waiting for that.
  func terminate() { process.terminate() }

  /// - Returns: what it ended with.
  func end() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }

  func get(_ target: String, _ headers: [String] = [], method: String = "GET") throws -> Reply {
    try Exchange(port, method, target, headers).reply()
  }

  func post(_ target: String, _ body: [UInt8], _ headers: [String] = []) throws -> Reply {
    try Exchange(port, "POST", target, headers + ["Content-Length: \(body.count)"], body).reply()
  }
}

/// A picture as a file.
func samplePNG(width: Int = 20, height: Int = 13, variant: Int = 0) throws -> [UInt8] {
  let samples = (0..<3 * width * height).map { index in
    0.3 + 0.3 * Float((index * (7 + variant) + index / width) % 17) / 17
  }
  return try Image(
    width: width, height: height, channels: .rgb, samples: samples, depth: .eight
  ).encoded(as: EncodingOptions(format: .png)).bytes
}

/// What `limpid restore` makes of a picture.
func restoredByCommand(
  _ picture: [UInt8], _ arguments: [String] = [], device: String = "reference"
) throws -> [UInt8] {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let (input, output) = (folder.appendingPathComponent("i"), folder.appendingPathComponent("o"))
  try Data(picture).write(to: input)
  try Data().write(to: output)
  let process = Process()
  process.executableURL = ServerUnderTest.folder.appendingPathComponent("limpid")
  process.arguments = ["restore", "-q", "-g", device, "-i", "-", "-o", "-"] + arguments
  process.standardInput = try FileHandle(forReadingFrom: input)
  process.standardOutput = try FileHandle(forWritingTo: output)
  try process.run()
  process.waitUntilExit()
  #expect(process.terminationStatus == 0)
  return [UInt8](try Data(contentsOf: output))
}

import Foundation
import Testing

/// The built `limpid`, run as a process of its own.
struct Command {
  /// What a run left behind.
  struct Outcome {
    let code: Int32
    let output: String
    let errors: String

    var errorLines: [Substring] { errors.split(separator: "\n") }

    /// Standard output as one JSON value.
    func json() throws -> [String: Any] {
      let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
      return try #require(value as? [String: Any])
    }
  }

  /// Beside the test bundle, where `swift build` puts it.
  static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("limpid")

  let process = Process()
  private let output = Pipe()
  private let errors = Pipe()

  /// - Parameters:
  ///   - folder: the working directory.
  ///   - environment: put over this process's own.
  ///   - executable: `limpid`, or what calls it.
  init(
    _ arguments: [String], in folder: TemporaryFolder, environment: [String: String] = [:],
    calling executable: URL = Self.path
  ) throws {
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    var inherited = ProcessInfo.processInfo.environment
    // The process that describes a crash would hold the pipes when the crashed one is killed.
    inherited["SWIFT_BACKTRACE"] = "enable=no"
    process.environment = inherited.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
  }

  /// Waits until standard output says `text`, and takes what was written by then.
  func wait(for text: String) {
    var written = ""
    while !written.contains(text) {
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { return }
      written += String(decoding: more, as: UTF8.self)
    }
  }

  /// The processes that this one has started and that have not ended.
  var children: [pid_t] {
    let id = process.processIdentifier
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task")) ?? []
    return tasks.flatMap { task in
      let text = try? String(contentsOfFile: "/proc/\(id)/task/\(task)/children", encoding: .utf8)
      return (text ?? "").split(separator: " ").compactMap { pid_t($0) }
    }
  }

  /// Ends the process as a power cut would, and waits until it and its children are gone.
  func endAtOnce() {
    let children = children
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    while children.contains(where: { kill($0, 0) == 0 }) { usleep(1000) }
  }

  /// Waits for the process and takes what it wrote.
  func wait() throws -> Outcome {
    let written = output.fileHandleForReading.readDataToEndOfFile()
    let told = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit, "limpid was ended by a signal")
    return Outcome(
      code: process.terminationStatus, output: String(decoding: written, as: UTF8.self),
      errors: String(decoding: told, as: UTF8.self))
  }

  /// Runs a script of the shell, for which `$LIMPID` is the program: words may be any bytes there.
  static func shell(_ script: String, in folder: TemporaryFolder) throws -> Outcome {
    try Command(
      ["-c", script], in: folder, environment: ["LIMPID": path.path],
      calling: URL(fileURLWithPath: "/bin/sh")
    ).wait()
  }

  static func run(
    _ arguments: [String], in folder: TemporaryFolder, environment: [String: String] = [:]
  ) throws -> Outcome {
    try Command(arguments, in: folder, environment: environment).wait()
  }
}

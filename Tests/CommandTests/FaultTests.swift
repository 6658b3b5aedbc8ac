import Foundation
import Images
import Testing

/// System calls that fail, one after the other through a whole run: the right exit code, nothing
/// torn, nothing left behind, and a run that resumes to the same folder.
@Suite(.serialized) struct FaultTests {
  /// A call, how it fails, in which folder, and what the run may end with.
  struct Fault: Sendable, CustomStringConvertible {
    let call: String
    let kind: String
    let folder: String
    let codes: Set<Int32>

    var description: String { "\(call) \(kind) in \(folder)" }
  }

  /// 1: one image failed. 73 and 74: the disk is read-only or full, or the ledger cannot be
  /// written; nothing more can be done. 0: the fault was passed over.
  static let faults: [Fault] = [
    Fault(call: "write", kind: "ENOSPC+", folder: "out", codes: [74]),
    Fault(call: "write", kind: "EIO", folder: "out", codes: [1, 74]),
    Fault(call: "write", kind: "EINTR", folder: "out", codes: [0]),
    Fault(call: "write", kind: "short", folder: "out", codes: [0]),
    Fault(call: "fsync", kind: "EIO", folder: "out", codes: [1, 74]),
    Fault(call: "fsync", kind: "EINTR", folder: "out", codes: [0]),
    Fault(call: "rename", kind: "EROFS+", folder: "out", codes: [73]),
    Fault(call: "rename", kind: "EIO", folder: "out", codes: [1]),
    // A folder that cannot be opened cannot be synced, which some file systems never can.
    Fault(call: "open", kind: "EROFS+", folder: "out", codes: [0, 73]),
    Fault(call: "open", kind: "EINTR", folder: "out", codes: [0]),
    Fault(call: "read", kind: "EIO", folder: "in", codes: [1]),
    Fault(call: "read", kind: "EINTR", folder: "in", codes: [0]),
    Fault(call: "read", kind: "short", folder: "in", codes: [0]),
    Fault(call: "open", kind: "EINTR", folder: "in", codes: [0]),
    Fault(call: "open", kind: "EIO", folder: "in", codes: [1]),
    Fault(call: "open", kind: "ENOENT", folder: "in", codes: [1]),
    Fault(call: "mkdir", kind: "ENOSPC+", folder: "out", codes: [74]),
    Fault(call: "mkdir", kind: "EIO", folder: "out", codes: [1]),
  ]

  private static let images = Stress.count("LIMPID_FAULT_IMAGES", otherwise: 3)

  @Test(arguments: faults)
  func everyCallMayFail(_ fault: Fault) throws {
    let folder = try TemporaryFolder()
    for name in ["in", "in/0", "in/1"] { try folder.makeFolder(name) }
    for i in 0..<Self.images {
      try folder.write(SampleFiles.image(width: 8, height: 8), "in/\(i % 2)/\(i).png")
    }
    #expect(try Self.restore(to: "whole", in: folder).code == 0)
    // Counts the calls of a run in which none fails.
    _ = try Self.restore(to: "out", in: folder, fault, at: 1_000_000)
    let count = try Self.calls(in: folder)
    #expect(count >= 2, "\(fault.call) is called \(count) times")
    for number in 1...count { try Self.check(fault, at: number, in: folder) }
  }

  private static func check(_ fault: Fault, at number: Int, in folder: TemporaryFolder) throws {
    try FileManager.default.removeItem(atPath: folder.path("out"))
    let outcome = try restore(to: "out", in: folder, fault, at: number)
    // A ledger that cannot even be opened ends the run like an output. Threads that save make a
    // folder at the same time or one of them finds it there, so the last call may not come.
    let codes = try calls(in: folder) < number ? [0] : fault.codes
    #expect(codes.contains(outcome.code), "\(fault) at \(number): \(outcome.errors)")
    if outcome.code != 0 { #expect(!outcome.errors.isEmpty) }
    for name in folder.images(in: "out") {
      // Not torn, and no temporary file.
      #expect(
        try folder.bytes("out/\(name)") == folder.bytes("whole/\(name)"), "\(fault) \(number)")
    }
    let rest = try restore(to: "out", in: folder)
    #expect(rest.code == 0, "\(fault) at \(number), resumed: \(rest.errors)")
    #expect(folder.images(in: "out") == folder.images(in: "whole"))
  }

  /// The watched calls of the last run under the shim.
  private static func calls(in folder: TemporaryFolder) throws -> Int {
    try #require(Int(String(decoding: try folder.bytes("count"), as: UTF8.self).dropLast()))
  }

  /// Paths are whole, since the shim knows files by theirs.
  private static func restore(
    to output: String, in folder: TemporaryFolder, _ fault: Fault? = nil, at number: Int = 0
  ) throws -> Command.Outcome {
    var environment: [String: String] = [:]
    if let fault {
      environment = [
        "LD_PRELOAD": try Shim.faults.get(),
        "LIMPID_FAULT": "\(fault.call):\(number):\(fault.kind)",
        "LIMPID_FAULT_FOLDER": folder.path(fault.folder) + "/",
        "LIMPID_FAULT_COUNT": folder.path("count"),
      ]
    }
    return try Command.run(
      [
        "restore", "-g", "reference", "-i", folder.path("in"), "-o", folder.path(output),
        "--resume", "-q",
      ], in: folder, environment: environment)
  }

  @Test func inputsThatVanishAreListed() throws {
    let folder = try TemporaryFolder()
    try folder.write(SampleFiles.image(width: 8, height: 8), "a.png")
    try folder.write(Array("a.png\ngone.png\n".utf8), "list")
    let outcome = try Command.run(
      ["restore", "-g", "reference", "--files-from", "list", "-o", "out"], in: folder)
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("gone.png: no such file"))
    #expect(folder.images(in: "out") == ["a.png"])
  }
}

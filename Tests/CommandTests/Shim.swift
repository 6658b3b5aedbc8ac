import Foundation
import Testing

/// Libraries for `LD_PRELOAD` that make a run go wrong; their sources are in Tests/FaultInjection.
enum Shim {
  static let faults = compiled("faults")
  static let poison = compiled("poison")

  /// The library's path.
  private static func compiled(_ name: String) -> Result<String, any Error> {
    Result {
      let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("FaultInjection/\(name).c").path
      let library = FileManager.default.temporaryDirectory
        .appendingPathComponent("limpid-\(name)-\(UUID().uuidString).so").path
      let compiler = Process()
      compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      compiler.arguments = ["clang", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]
      compiler.currentDirectoryURL = FileManager.default.temporaryDirectory
      try compiler.run()
      compiler.waitUntilExit()
      try #require(compiler.terminationStatus == 0, "the shim does not compile")
      return library
    }
  }
}

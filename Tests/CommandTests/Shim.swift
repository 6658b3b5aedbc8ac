import Foundation
import Testing

/// Libraries that make a run go otherwise, compiled from their sources in Tests.
enum Shim {
  /// For `LD_PRELOAD`.
  static let faults = compiled("FaultInjection/faults.c")
  static let poison = compiled("FaultInjection/poison.c")
  /// For `OPENCL_LAYERS`.
  static let imitatedGPU = compiled("ImitatedGPU", "OpenCLLayer")
  /// For `OPENCL_LAYERS`.
  static let alteredKernels = compiled("AlteredKernels", "OpenCLLayer")

  /// The library's path.
  /// - Parameters:
  ///   - source: a file in C, or a folder of them.
  ///   - shared: another folder.
  private static func compiled(
    _ source: String, _ shared: String? = nil
  ) -> Result<String, any Error> {
    Result {
      let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
      let name = source.replacing("/", with: "-")
      let library = FileManager.default.temporaryDirectory
        .appendingPathComponent("limpid-\(name)-\(UUID().uuidString).so").path
      let compiler = Process()
      compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      compiler.arguments =
        ["clang", "-std=c2x", "-shared", "-fPIC", "-Wl,-Bsymbolic", "-O1", "-o", library]
        + (try [source, shared].compactMap(\.self).flatMap {
          try files(tests.appendingPathComponent($0))
        }) + ["-ldl"]
      compiler.currentDirectoryURL = FileManager.default.temporaryDirectory
      try compiler.run()
      compiler.waitUntilExit()
      try #require(compiler.terminationStatus == 0, "\(source) does not compile")
      return library
    }
  }

  private static func files(_ source: URL) throws -> [String] {
    guard source.pathExtension.isEmpty else { return [source.path] }
    return try FileManager.default.contentsOfDirectory(atPath: source.path).sorted()
      .filter { $0.hasSuffix(".c") }.map { source.appendingPathComponent($0).path }
  }
}

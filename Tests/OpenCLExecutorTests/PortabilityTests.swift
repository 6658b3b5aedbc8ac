import Foundation
import Testing

@testable import OpenCLExecutor

/// What compilers that are not at hand would stumble over.
@Suite struct PortabilityTests {
  /// Mesa names no processor, translates SPIR-V, and ends the process over clang's builtin for
  /// prefetching.
  @Test(arguments: Set(KernelLibrary.kernels.map(file(of:))).filter { $0.hasPrefix("cpu/") })
  func mesaFetchesByItsOwnMeans(_ file: String) throws {
    let source = KernelLibrary.source(file, definitions: [])
    #expect(try !Self.preprocessed(source, Self.nowhere).contains("__builtin_prefetch"))
  }

  private static let nowhere = ["-U__x86_64__", "-U__aarch64__"]

  @Test func othersFetchByTheBuiltin() throws {
    let source = KernelLibrary.source("cpu/depthwise", definitions: [])
    for options in [["-D__x86_64__"], Self.nowhere + ["-Dcl_intel_subgroups"]] {
      #expect(try Self.preprocessed(source, options).contains("__builtin_prefetch"))
    }
  }

  /// ptxas takes what happens to sums after the fence of their products for a reason to let
  /// products wait for each other: the statement before it names every sum.
  @Test func sumsAreFinishedBeforeTheirFence() throws {
    let source = KernelLibrary.source(
      WarpgroupTile.kernel.file,
      definitions: ["#define MATRIX 1", "#define HALF_STORAGE 1", "#define BN 64"])
    let parts = try Self.preprocessed(source, [])
      .components(separatedBy: "wgmma.fence.sync.aligned")
    #expect(parts.count > 1)
    for part in parts.dropLast() {
      // The last of them is the beginning of the fence's own.
      let before = part.components(separatedBy: "asm volatile(").dropLast().last ?? ""
      for sum in 0..<32 { #expect(before.contains("\"+f\"(sums[\(sum + 2) - 2])"), "sum \(sum)") }
    }
  }

  /// The file of a kernel that is named `file/entry`.
  private static func file(of kernel: String) -> String {
    kernel.split(separator: "/").dropLast().joined(separator: "/")
  }

  private static func preprocessed(_ source: String, _ options: [String]) throws -> String {
    let (process, input, output) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["clang", "-E", "-P", "-w", "-x", "c"] + options + ["-"]
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    let writer = Thread {
      try? input.fileHandleForWriting.write(contentsOf: Data(source.utf8))
      try? input.fileHandleForWriting.close()
    }
    writer.start()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return String(decoding: text, as: UTF8.self)
  }
}

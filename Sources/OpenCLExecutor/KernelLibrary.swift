import CKernels
import Synchronization

/// The kernel sources that are part of the binary.
package enum KernelLibrary {
  /// Every kernel of which a plan may have steps, as `file/entry`, such as `cpu/gemm/gemm`; not
  /// those that try or measure a device or unpack what is written to it.
  package static let kernels: [String] =
    files
    .filter { $0.key.hasSuffix(".cl") && !outsidePlans.contains($0.key) }
    .flatMap { path, text in entries(text).map { path.dropLast(3) + "/" + $0 } }.sorted()

  private static let outsidePlans = [
    "gpu/probe.cl", Samples.file + ".cl", "portable/limits.cl", "gpu/matrix_limit.cl",
  ]

  /// The names that follow `__kernel void` in a file.
  private static func entries(_ text: String) -> Set<Substring> {
    Set(
      text.split(separator: "\n").filter { $0.hasPrefix("__kernel void ") }
        .compactMap { $0.dropFirst("__kernel void ".count).split(separator: "(").first })
  }

  /// Every text that a family of kernels is made of: files for other families change nothing of it.
  package static func text(of family: KernelFamily) -> String {
    let folders = ["common/", "portable/", "\(family)/"]
    let parts = files.filter { file in folders.contains { file.key.hasPrefix($0) } }
    return parts.sorted { $0.key < $1.key }.map { "// \($0.key)\n\($0.value)" }.joined()
  }

  private static let files: [String: String] = {
    let table = UnsafeBufferPointer(start: limpid_kernel_table(), count: limpid_kernel_file_count)
    return Dictionary(
      uniqueKeysWithValues: table.map { file in
        let bytes = UnsafeBufferPointer(start: file.bytes, count: file.length)
        return (String(cString: file.path), String(decoding: bytes, as: UTF8.self))
      })
  }()

  /// A program with everything that is defined for a device.
  static func source(_ program: ProgramText, target: Target) -> ProgramSource {
    let common = [
      "#define HALF_STORAGE \(target.isHalf ? 1 : 0)", "#define WIDTH \(target.width)",
    ]
    // The other files are the same for devices that differ in these.
    let features = cooperative.contains(program.file) ? target.features.definitions : []
    return ProgramSource(
      file: program.file, definitions: common + features + program.definitions)
  }

  /// Kernel files whose work-items exchange numbers or multiply together.
  private static let cooperative = Set(
    files.keys.filter { $0.hasSuffix(".cl") }.filter { path in
      ["SUBGROUPS", "MATRIX"].contains { text(of: path).contains($0) }
    }.map { String($0.dropLast(3)) })

  /// The text of a kernel file under `#define` lines, with its headers put in.
  static func source(_ file: String, definitions: [String]) -> String {
    definitions.joined(separator: "\n") + "\n" + text(of: file + ".cl")
  }

  /// A file with its includes replaced by what they name; each header's guard keeps it single.
  static func text(of path: String) -> String {
    texts.withLock { texts in
      if let text = texts[path] { return text }
      let text = included(path)
      texts[path] = text
      return text
    }
  }

  private static let texts = Mutex<[String: String]>([:])

  private static func included(_ path: String) -> String {
    guard let file = files[path] else { preconditionFailure("no kernel file \(path)") }
    let lines = file.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return lines.lazy.map(Substring.init).map { line in
      guard line.hasPrefix("#include \""), let name = line.split(separator: "\"").last else {
        return String(line)
      }
      return included(String(name))
    }.joined(separator: "\n")
  }
}

import CKernels

/// The kernel sources that are part of the binary.
enum KernelLibrary {
  /// Every kernel file's name without its ending, such as `wide/gemm`.
  static let names: [String] = files.keys.filter { $0.hasSuffix(".cl") }
    .map { String($0.dropLast(3)) }.sorted()

  private static let files: [String: String] = {
    let table = UnsafeBufferPointer(start: limpid_kernel_table(), count: limpid_kernel_file_count)
    return Dictionary(
      uniqueKeysWithValues: table.map { file in
        let bytes = UnsafeBufferPointer(start: file.bytes, count: file.length)
        return (String(cString: file.path), String(decoding: bytes, as: UTF8.self))
      })
  }()

  /// The text of a program: definitions, then the kernel file with its headers put in.
  static func source(_ program: ProgramText, target: Target) -> String {
    let common = [
      "#define HALF_STORAGE \(target.usesHalf ? 1 : 0)", "#define WIDTH \(target.width)",
    ]
    return (common + program.definitions).joined(separator: "\n") + "\n"
      + text(of: program.file + ".cl")
  }

  /// A file with its includes replaced by what they name; each header's guard keeps it single.
  private static func text(of path: String) -> String {
    guard let file = files[path] else { preconditionFailure("no kernel file \(path)") }
    return file.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard line.hasPrefix("#include \""), let name = line.split(separator: "\"").last else {
        return String(line)
      }
      return text(of: String(name))
    }.joined(separator: "\n")
  }
}

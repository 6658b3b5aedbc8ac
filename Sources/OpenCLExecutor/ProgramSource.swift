/// What a program is built of: a kernel file under `#define` lines.
struct ProgramSource: Codable, Hashable, Sendable {
  /// Name in the kernel library, such as `cpu/gemm`.
  let file: String
  let definitions: [String]

  /// OpenCL C.
  var text: String { KernelLibrary.source(file, definitions: definitions) }
}

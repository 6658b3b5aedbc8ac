import OpenCL
import Paths
import Synchronization

/// Built programs, kept in memory and on disk.
///
/// An entry on disk holds the whole text of its key (source, options, driver and device), so two
/// programs can never be confused, and a checksum; whatever does not match is built from source.
final class ProgramCache: Sendable {
  private let context: Context
  private let options: String
  private let optimizes: Bool
  private let programs = Mutex<[String: Program]>([:])
  /// The folder of the entries; nil keeps nothing on disk.
  private let folder: String?

  /// - Parameter optimizes: whether compilers take the time that fast programs need.
  init(_ context: Context, folder: String?, optimizes: Bool = true) {
    self.context = context
    self.folder = folder
    self.optimizes = optimizes
    // Compilers write warnings to the terminal of whoever restores pictures.
    options = "-cl-std=CL1.2 -cl-kernel-arg-info -w" + (optimizes ? "" : " -cl-opt-disable")
  }

  static var standardFolder: String? { CacheFolder.path("programs") }

  /// Builds `source` or finds it built.
  ///
  /// Whoever asks for a program that another thread or process is building waits for it.
  /// - Parameter isSpliced: whether its PTX is to be spliced.
  func program(_ source: String, isSpliced: Bool = false) throws(OpenCLError) -> Program {
    if let program = programs.withLock({ $0[source] }) { return program }
    let entry = entry(of: source)
    if let program = known(source, entry) { return program }
    let turn = entry?.turn()
    defer { turn?.end() }
    if let program = known(source, entry) { return program }
    return try build(source, isSpliced: isSpliced, entry)
  }

  /// Builds `source` unless it is built or another thread or process is building it.
  func buildIfFree(_ source: String) throws(OpenCLError) {
    guard let entry = entry(of: source), !holds(source), let turn = entry.freeTurn() else { return }
    defer { turn.end() }
    if !entry.exists { _ = try build(source, isSpliced: false, entry) }
  }

  /// Whether `source` is built, in memory or on disk, as far as names of files tell.
  func holds(_ source: String) -> Bool {
    programs.withLock { $0[source] != nil } || entry(of: source)?.exists == true
  }

  /// What a process is told that builds for the same folder; nil where there is none.
  func order(_ sources: [ProgramSource]) -> BuildOrder? {
    folder.map {
      BuildOrder(
        device: context.device.identity, folder: $0, optimizes: optimizes, sources: sources)
    }
  }

  private func entry(of source: String) -> CacheEntry? {
    folder.map { CacheEntry(folder: $0, key: key(of: source)) }
  }

  /// What tells a program from all others.
  private func key(of source: String) -> String {
    let device = context.device
    return [source, options, device.platform, device.name, device.version, device.driver]
      .joined(separator: "\n")
  }

  /// The program that is in memory, or whose binary is on disk.
  private func known(_ source: String, _ entry: CacheEntry?) -> Program? {
    if let program = programs.withLock({ $0[source] }) { return program }
    guard let binary = entry?.read(),
      let program = try? Program(context, binary: binary, options: options)
    else { return nil }
    programs.withLock { $0[source] = program }
    return program
  }

  private func build(
    _ source: String, isSpliced: Bool, _ entry: CacheEntry?
  ) throws(OpenCLError) -> Program {
    let program = try compiled(source, isSpliced: isSpliced)
    if let binary = try? program.binary() { entry?.write(binary) }
    programs.withLock { $0[source] = program }
    return program
  }

  private func compiled(_ source: String, isSpliced: Bool) throws(OpenCLError) -> Program {
    let program = try Program(context, source: source, options: options)
    guard isSpliced else { return program }
    let compiled = String(decoding: try program.binary(), as: UTF8.self)
    let text: String
    do throws(PTXSplice.Refusal) {
      text = try PTXSplice.spliced(compiled)
    } catch {
      throw OpenCLError(
        call: PTXSplice.call, code: OpenCLError.buildFailure, log: error.description)
    }
    // The option makes NVIDIA's driver tell what its assembler has to say.
    let spliced = try Program(context, binary: Array(text.utf8), options: "-cl-nv-verbose")
    if let line = spliced.log().split(separator: "\n").first(where: { $0.contains("serialized") }) {
      throw OpenCLError(
        call: PTXSplice.call, code: OpenCLError.buildFailure, log: String(line))
    }
    return spliced
  }
}

import Glibc

/// Says which cases ran where, so that a script can tell a green run from one that skipped.
///
/// With LIMPID_CASE_LOG naming a file, every case that ran appends `executed TAB executor TAB case`
/// and the registration test appends `registered TAB case` for every case there is. A run is
/// complete when the cases executed by each executor that must be there are those registered.
package enum CaseLog {
  package static func record(_ name: String, executor: String) {
    append("executed\t\(executor)\t\(name)\n")
  }

  package static func register(_ names: [String]) {
    append(names.map { "registered\t\($0)\n" }.joined())
  }

  /// One write at the end of the file, so that lines of several threads and processes stay whole.
  private static func append(_ text: String) {
    guard let path = getenv("LIMPID_CASE_LOG") else { return }
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    guard file >= 0 else { return }
    defer { close(file) }
    let bytes = Array(text.utf8)
    _ = write(file, bytes, bytes.count)
  }
}

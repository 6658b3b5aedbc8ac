import Glibc
import Paths
import Pictures

/// The file beside an output that holds the frames of a run until there are all of them: its name
/// says what they are made of, so that another run goes on with its own frames alone.
package struct FramePart: Sendable {
  package let path: Path

  private static let ending: Path = ".part"
  /// Of the name, so that it fits whatever the output is called.
  private static let longest = 200

  /// - Parameter fingerprint: of the settings that decide what outputs are.
  package init(_ job: FileJob, _ fingerprint: String) {
    let stamp = job.input.stamp
    let causes = [
      fingerprint, job.relative.text, "\(stamp?.size ?? 0)", "\(stamp?.modified ?? 0)",
    ]
    let digest = Digest.of(causes.joined(separator: "\n").utf8).prefix(16)
    path = job.output.folder.appending("\(Self.stem(job.output))\(digest)\(Self.ending)")
  }

  private static func stem(_ output: Path) -> Path {
    ".\(Path(bytes: output.name.bytes.prefix(longest)))."
  }

  /// Removes what runs with other settings or another input left of the same output.
  package func removeOthers(of output: Path) {
    let stem = Self.stem(output)
    for name in output.folder.entries ?? [] where name != path.name {
      let isPart =
        name.hasPrefix(stem) && name.hasSuffix(Self.ending)
        && name.bytes.count == path.name.bytes.count
      guard isPart else { continue }
      let other = output.folder.appending(name)
      let descriptor = open(other.cString, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(other.cString) }
    }
  }

  /// Whether another run may go on after an error.
  package static func staysAfter(_ error: any Error) -> Bool {
    [.temporary, .interrupted, .terminated].contains(LimpidError(error).kind)
  }
}

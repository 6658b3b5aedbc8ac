import Images
import Paths
import Pictures

/// One input file and the output that it becomes.
package struct FileJob: Hashable, Sendable {
  package let input: Path
  package let output: Path
  /// The input's place below the folder that it was found in: what it is called whichever machine
  /// and folder it is restored on.
  package let relative: Path
  /// Whether an output that exists is replaced.
  package var overwrites = false
  /// Whether the output takes the input's place, which is kept as `NAME.orig`.
  package var isInPlace = false

  package init(input: Path, output: Path, relative: Path) {
    self.input = input
    self.output = output
    self.relative = relative
  }

  /// Refuses an output that another input becomes.
  func requireOtherOutput(than other: FileJob, _ naming: OutputNaming) throws(LimpidError) {
    guard input != other.input else { return }
    throw LimpidError(
      .usage, "\(other.input) and \(input) would both become \(output)",
      remedy: naming.remedy(for: other, self))
  }

  /// Refuses a name that says another format than the one that was chosen.
  func requireFittingName(_ format: ImageFormat?) throws(LimpidError) {
    guard let format, let named = ImageFormat(forOutput: output), named != format else { return }
    throw LimpidError(
      .usage,
      isInPlace
        ? "\(output): outputs in place keep their names, which \(format) does not go with"
        : "\(output): the name is \(named)'s, the format that was chosen is \(format)")
  }

  /// What the input of a job in place is kept as.
  static func kept(_ input: Path) -> Path { input + ".orig" }
}

import Paths

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

  /// What the input of a job in place is kept as.
  static func kept(_ input: Path) -> Path { input + ".orig" }
}

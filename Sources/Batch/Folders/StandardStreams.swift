import Glibc
import Images
import Paths
import Pictures
import Restoration

/// A picture from standard input.
package struct StandardInput: ImageSource {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  package var name: Path { "standard input" }

  package func read() throws -> (file: [UInt8], origin: ImageOrigin) { (bytes, ImageOrigin()) }

  /// No file lies beside it, and no caption command can look at it.
  package func guide(
    by guides: GuideSources, unless isOver: () -> Bool
  ) throws(LimpidError) -> ImageGuide {
    try guides.guide(saying: ImageTexts(), showing: nil)
  }

  /// What comes from there.
  package static var stream: StreamBytes { StreamBytes("standard input", on: STDIN_FILENO) }
}

/// Standard output, for one picture.
package struct StandardOutput: ImageSink {
  package var name: Path { "standard output" }

  package func prepare() {}

  package func write(_ file: [UInt8], _ report: FileReport, of origin: ImageOrigin) throws {
    try Self.write(file)
  }

  package static func write(_ file: [UInt8]) throws {
    let failure = OutputFile.writeAll(file, to: STDOUT_FILENO)
    guard failure == 0 else {
      throw LimpidError(.transfer, "standard output: \(String(cString: strerror(failure)))")
    }
  }

  package func write(_ file: [UInt8], suffix: String) throws -> Path {
    throw LimpidError(
      .usage, "standard output takes one picture", remedy: .leaveOut(["keep-steps"]))
  }
}

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

  /// So many bytes, or all that there are.
  package static func beginning(_ count: Int) throws(LimpidError) -> [UInt8] {
    var (bytes, missing) = ([UInt8](), count)
    while missing > 0 {
      let more = try read(missing)
      guard !more.isEmpty else { break }
      bytes += more
      missing -= more.count
    }
    return bytes
  }

  /// Everything up to the stream's end.
  /// - Parameter start: what was read before.
  /// - Throws: ``LimpidError`` for more bytes than a file of a picture may have.
  package static func contents(behind start: [UInt8]) throws(LimpidError) -> [UInt8] {
    let limit = ImageLimits().fileBytes
    var bytes = start
    while true {
      let more = try read(1 << 18)
      guard !more.isEmpty else { return bytes }
      bytes += more
      guard bytes.count <= limit else {
        throw LimpidError(.failed, "standard input: more than \(limit) bytes")
      }
    }
  }

  /// What comes next, so many bytes at most; nothing at the stream's end.
  private static func read(_ most: Int) throws(LimpidError) -> ArraySlice<UInt8> {
    var block = [UInt8](repeating: 0, count: most)
    let count = retrying { Glibc.read(STDIN_FILENO, &block, most) }
    guard count >= 0 else {
      throw LimpidError(.transfer, "standard input: \(String(cString: strerror(errno)))")
    }
    return block[..<count]
  }
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

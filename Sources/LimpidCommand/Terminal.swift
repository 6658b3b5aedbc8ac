import Glibc

/// The process's standard streams: data goes to one, words for a person to the other.
enum Terminal {
  /// Writes a line to standard output.
  static func say(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

  /// Writes text to standard error as it is.
  static func tell(_ text: String) { write(text, to: STDERR_FILENO) }

  /// Writes a line with the program's name in front to standard error.
  static func complain(_ line: String) { tell("limpid: \(visible(line))\n") }

  /// A text on one line: what would steer the terminal is told by number.
  static func visible(_ line: String) -> String {
    line.unicodeScalars.reduce(into: "") { text, scalar in
      if scalar.properties.generalCategory == .control {
        text += "\\x" + String(scalar.value, radix: 16, uppercase: true)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }

  /// Whether a person reads standard error.
  static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  static func exit(_ code: Int32) -> Never { Glibc.exit(code) }

  /// A reader that went away is no fault of ours: what cannot be written is dropped.
  private static func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        return
      }
    }
  }
}

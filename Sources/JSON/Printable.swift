extension Unicode.Scalar {
  /// Whether the scalar is neither a control, format, surrogate, private-use or unassigned code
  /// point nor a separator other than the ASCII space (the rule of Python's `str.isprintable`).
  package var isPrintable: Bool {
    switch value {
    case 0x20...0x7e: return true
    case 0...0x7f: return false
    default: break
    }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned,
      .spaceSeparator, .lineSeparator, .paragraphSeparator:
      return false
    default: return true
    }
  }
}

extension String {
  /// Whether every scalar is printable.
  package var isPrintable: Bool {
    utf8.allSatisfy { (0x20...0x7e).contains($0) } || unicodeScalars.allSatisfy(\.isPrintable)
  }

  /// Whether at most `limit` combining marks follow each other; normalisation sorts each run of
  /// them, in time that grows with the square of its length.
  package func hasMarkRuns(upTo limit: Int) -> Bool {
    if utf8.allSatisfy({ $0 < 0x80 }) { return true }
    var run = 0
    for scalar in unicodeScalars {
      run = scalar.properties.canonicalCombiningClass == .notReordered ? 0 : run + 1
      if run > limit { return false }
    }
    return true
  }
}

/// A byte as it may stand in a message: itself when printable ASCII, in hexadecimal otherwise.
package func named(_ byte: UInt8) -> String {
  (0x21...0x7e).contains(byte)
    ? "'\(Unicode.Scalar(byte))'" : "byte 0x\(String(byte, radix: 16))"
}

/// Text out of a file as it may stand in a message: escaped and at most 80 scalars long.
package func quoted(_ text: String) -> String {
  let head = text.unicodeScalars.prefix(80)
  let cut = head.endIndex < text.unicodeScalars.endIndex ? "..." : ""
  let escaped = head.map { scalar in
    scalar.isPrintable && scalar != "\"" && scalar != "\\"
      ? String(scalar) : scalar.escaped(asASCII: true)
  }
  return "\"\(escaped.joined())\(cut)\""
}

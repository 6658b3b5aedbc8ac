/// Comma-separated values (RFC 4180).
enum CSV {
  /// A line without its end.
  static func line(_ values: [String]) -> String {
    values.map(quoted).joined(separator: ",")
  }

  private static func quoted(_ text: String) -> String {
    text.contains { ",\"\r\n".contains($0) || $0 == "\r\n" }
      ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
  }
}

import Pages

/// Parts of pages.
enum HTML {
  /// A table with a caption; cells of the first column are the headings of their rows.
  static func table(
    _ caption: String, _ columns: [String], _ rows: [[String]], class name: String = "numbers"
  ) -> String {
    guard !rows.isEmpty else { return "" }
    let head = columns.map { "<th scope=\"col\">\(Markup.escaped($0))</th>" }.joined()
    let body = rows.map { cells in
      let heading = "<th scope=\"row\">\(Markup.escaped(cells.first ?? ""))</th>"
      return "<tr>\(heading)\(cells.dropFirst().map { "<td>\(Markup.escaped($0))</td>" }.joined())"
        + "</tr>"
    }
    return """
      <div class="scroll" role="region" tabindex="0" aria-label="\(attribute(caption))">
      <table class="\(name)"><caption>\(Markup.escaped(caption))</caption>
      <thead><tr>\(head)</tr></thead>
      <tbody>
      \(body.joined(separator: "\n"))
      </tbody></table></div>

      """
  }

  static func section(_ title: String, id: String, _ body: String) -> String {
    """
    <section aria-labelledby="\(id)">
    <h3 id="\(id)">\(Markup.escaped(title))</h3>
    \(body)</section>

    """
  }

  static func paragraph(_ text: String) -> String { "<p>\(Markup.escaped(text))</p>\n" }

  /// A text inside of quotation marks.
  static func attribute(_ text: String) -> String {
    Markup.escaped(text).replacing("\"", with: "&quot;")
  }
}

import CPages
import Paths

/// An HTML page that shows pictures before and after, alone in one file: it needs nothing else and
/// asks for nothing.
package struct ComparisonPage: Sendable {
  /// Ways in which a picture looks, the one before first.
  package struct Entry: Sendable {
    package let name: Path
    package let views: [View]

    package init(name: Path, views: [View]) { (self.name, self.views) = (name, views) }
  }

  /// One of them.
  package struct View: Sendable {
    package let label: String
    package let picture: EmbeddedPicture

    package init(label: String, _ picture: EmbeddedPicture) {
      (self.label, self.picture) = (label, picture)
    }
  }

  private let title: String
  private let entries: [Entry]

  package init(title: String, _ entries: [Entry]) { (self.title, self.entries) = (title, entries) }

  /// The file.
  package var bytes: [UInt8] {
    var parts = Self.parts
    parts["title"] = Array(Markup.escaped(title).utf8)
    parts["pictures"] = Array(pictures.utf8)
    let markup = Markup.part(limpid_page_markup(), limpid_page_markup_length())
    return Markup.filled(markup, with: parts)
  }

  /// What shows pictures before and after, for pages that bring theirs in another way: `tools` of a
  /// header, `style` and `script`.
  package static let parts: [String: [UInt8]] = [
    "tools": Markup.part(limpid_page_tools(), limpid_page_tools_length()),
    "style": Markup.part(limpid_page_style(), limpid_page_style_length()),
    "script": Markup.part(limpid_page_script(), limpid_page_script_length()),
  ]

  /// JSON, as the script reads it.
  private var pictures: String {
    let texts = entries.map { entry in
      let views = entry.views.map(\.text).joined(separator: ",")
      return "{\"name\":\(Markup.quoted(entry.name.text)),\"views\":[\(views)]}"
    }
    return "[\(texts.joined(separator: ",\n"))]"
  }
}

extension ComparisonPage.View {
  fileprivate var text: String {
    "{\"label\":\(Markup.quoted(label)),\"file\":\(Markup.quoted(picture.name.text)),"
      + "\"source\":\"\(picture.address)\"}"
  }
}

import CServing
import Foundation
import Pages
import Pictures

/// The page for browsers: it orders results of pictures, and shows them as `limpid compare` does.
enum ServerPage {
  static let answer: ServerAnswer = {
    let markup = Markup.part(limpid_server_markup(), limpid_server_markup_length())
    var answer = ServerAnswer(
      200, "text/html; charset=utf-8", .bytes(Markup.filled(markup, with: parts)))
    answer.headers += [("content-security-policy", policy), ("referrer-policy", "no-referrer")]
    return answer
  }()

  /// Its own come behind those of pages that compare pictures.
  private static let parts: [String: [UInt8]] = {
    var parts = ComparisonPage.parts
    parts["style", default: []] += Markup.part(limpid_server_style(), limpid_server_style_length())
    parts["script", default: []] += Markup.part(
      limpid_server_script(), limpid_server_script_length())
    return parts
  }()

  /// What it may load and ask: its own style and script, pictures in memory, this server. No other
  /// page may frame it.
  private static let policy = [
    "default-src 'none'", "style-src \(source("style"))", "script-src \(source("script"))",
    "img-src blob: data:", "connect-src 'self'", "base-uri 'none'", "form-action 'none'",
    "frame-ancestors 'none'",
  ].joined(separator: "; ")

  private static func source(_ part: String) -> String {
    "'sha256-\(Data(Digest.raw(of: parts[part] ?? [])).base64EncodedString())'"
  }
}

import Foundation
import Images
import JSON
import Pictures

/// A question about a picture as chat completions take it.
struct ChatQuestion: Encodable {
  private struct Message: Encodable {
    var role = "user"
    let content: [Part]
  }

  private enum Part: Encodable {
    case text(String)
    case image(url: String)

    private enum Key: String, CodingKey {
      case type, text, url
      case image = "image_url"
    }

    func encode(to encoder: any Encoder) throws {
      var part = encoder.container(keyedBy: Key.self)
      switch self {
      case .text(let text):
        try part.encode("text", forKey: .type)
        try part.encode(text, forKey: .text)
      case .image(let url):
        try part.encode("image_url", forKey: .type)
        var image = part.nestedContainer(keyedBy: Key.self, forKey: .image)
        try image.encode(url, forKey: .url)
      }
    }
  }

  private let model: String?
  private let messages: [Message]
  private let maxTokens: Int
  private var temperature = 0
  private var stream = false

  private enum CodingKeys: String, CodingKey {
    case model, messages, temperature, stream
    case maxTokens = "max_tokens"
  }

  /// Sides of what is sent, in pixels at most: servers make larger pictures smaller anyway.
  static let longest = 2048

  init(_ question: String, about picture: Picture, _ options: ChatEndpoint.Options)
    throws(ImageError)
  {
    (model, maxTokens) = (options.model, options.limit)
    let sent = picture.reduced(to: Self.longest)
    let image = Image(
      width: sent.width, height: sent.height, channels: .rgb, samples: sent.planes, depth: .eight)
    let file = Data(try image.encoded(as: EncodingOptions(format: .png)).bytes)
    let url = "data:image/png;base64," + file.base64EncodedString()
    messages = [Message(content: [.text(question), .image(url: url)])]
  }

  /// What a server that understood it answers; nil for anything else.
  static func text(of answer: [UInt8]) -> String? {
    guard case .object(let members)? = try? JSONValue(parsing: answer),
      case .array(let choices)? = members["choices"], case .object(let choice)? = choices.first,
      case .object(let message)? = choice["message"],
      case .string(let text)? = message["content"]
    else { return nil }
    return text
  }
}

extension Picture {
  /// The same with its longer side cut down to so many pixels.
  fileprivate func reduced(to side: Int) -> Picture {
    let longer = max(width, height)
    guard longer > side else { return self }
    let size = (width: max(width * side / longer, 1), height: max(height * side / longer, 1))
    let planes = PlaneResampling(from: (width, height), to: size).resampled(planes)
    return Picture(width: size.width, height: size.height, planes: planes)
  }
}

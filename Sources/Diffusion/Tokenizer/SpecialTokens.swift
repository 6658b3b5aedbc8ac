import JSON

/// The tokens with a meaning of their own, by spelling, and the length of a sequence.
package struct SpecialTokens: Hashable, Sendable {
  package var start = "<|startoftext|>"
  package var end = "<|endoftext|>"
  package var unknown = "<|endoftext|>"
  /// Fills sequences up: the end token in CLIP ViT-L/14 and Stable Diffusion 1.5, `!` in Stable
  /// Diffusion 2.1 and the second encoder of SDXL.
  package var padding = "<|endoftext|>"
  /// Tokens of a sequence, start and end included.
  package var length = 77

  package static let maximumBytes = 1 << 20

  package init() {}

  /// Reads `tokenizer_config.json` and then `special_tokens_map.json`, whose entries win.
  /// - Parameter files: those of the two that exist.
  package init(parsing files: [[UInt8]]) throws(TokenizerError) {
    for bytes in files {
      guard bytes.count <= Self.maximumBytes else { throw .tooLarge(limit: Self.maximumBytes) }
      let value: JSONValue
      do throws(JSONFault) { value = try JSONValue(parsing: bytes) } catch { throw .json(error) }
      guard case .object(let members) = value else {
        throw .field("the file", expected: "a JSON object")
      }
      start = try Self.token("bos_token", in: members) ?? start
      end = try Self.token("eos_token", in: members) ?? end
      unknown = try Self.token("unk_token", in: members) ?? unknown
      padding = try Self.token("pad_token", in: members) ?? padding
      length = try Self.length(members["model_max_length"]) ?? length
    }
  }

  /// Very large numbers, which stand for no limit, count as none given.
  private static func length(_ value: JSONValue?) throws(TokenizerError) -> Int? {
    switch value {
    case nil, .null?: return nil
    case .whole(let number)? where number > 65_536: return nil
    case .real(let number)? where number > 65_536: return nil
    case .whole(let number)? where number >= 3: return number
    default: throw .field("model_max_length", expected: "a whole number of at least 3")
    }
  }

  /// A token is given by its spelling, or by an object with its spelling as `content`.
  private static func token(
    _ name: String, in members: [String: JSONValue]
  ) throws(TokenizerError) -> String? {
    switch members[name] {
    case nil, .null?: return nil
    case .string(let text)? where !text.isEmpty: return text
    case .object(let token)?:
      if case .string(let text)? = token["content"], !text.isEmpty { return text }
      throw .field(name, expected: "a token")
    default: throw .field(name, expected: "a token")
    }
  }
}

/// Llama's tokenizer: a byte-pair encoding of characters, spaces being written as "▁" and one put
/// in front of every text; characters without a piece become the tokens of their bytes.
///
/// H. Touvron et al., "LLaMA", 2023, section 2.1; T. Kudo and J. Richardson, "SentencePiece", EMNLP
/// 2018. What a text says is text: tokens that begin or end texts are never read out of it.
package struct LlamaTokenizer: Sendable {
  package let vocabulary: LlamaVocabulary

  package init(_ vocabulary: LlamaVocabulary) { self.vocabulary = vocabulary }

  /// The tokens of a text, without one that begins it.
  package func encode(_ text: String) -> [Int32] {
    guard !text.isEmpty else { return [] }
    let space = LlamaVocabulary.space
    var tokens: [Int32] = []
    for scalar in [space] + text.unicodeScalars {
      let spelling = Array(String(scalar == " " ? space : scalar).utf8)
      if let token = vocabulary.tokens[spelling] {
        tokens.append(token)
      } else {
        tokens += spelling.map { vocabulary.bytes[Int($0)] }
      }
    }
    var merging = PairMerging(tokens, vocabulary.merges)
    return merging.run()
  }

  /// The text of tokens, without the space in front of it; tokens that are no text are left out.
  /// Bytes that are no UTF-8 together become a replacement character each.
  package func decode(_ tokens: some Sequence<Int32>) -> String {
    var text: [UInt8] = []
    var run: [UInt8] = []
    func endRun() {
      let isText = String(validating: run, as: UTF8.self) != nil
      text += isText ? run : run.flatMap { _ in "\u{FFFD}".utf8 }
      run = []
    }
    for token in tokens where vocabulary.pieces.indices.contains(Int(token)) {
      switch vocabulary.pieces[Int(token)] {
      case .byte(let byte): run.append(byte)
      case .text(let piece):
        endRun()
        text += piece
      case .control: break
      }
    }
    endRun()
    var scalars = String.UnicodeScalarView()
    scalars += String(decoding: text, as: UTF8.self).unicodeScalars.map {
      $0 == LlamaVocabulary.space ? " " : $0
    }
    if scalars.first == " " { scalars.removeFirst() }
    return String(scalars)
  }
}

/// The letters that stand for bytes in the tokens of byte-level vocabularies (Radford et al.,
/// 2019): printable Latin-1 bytes for themselves, the others for U+0100 and on.
enum ByteAlphabet {
  /// The bytes in the order of the letters' numbers in CLIP's vocabulary: the printable ones first.
  static let order: [UInt8] = {
    let printable = Array(0x21...0x7e) + Array(0xa1...0xac) + Array(0xae...0xff) as [UInt8]
    let others = (UInt8.min...UInt8.max).filter { !printable.contains($0) }
    return printable + others
  }()

  /// The letter of every byte.
  static let letters: [String] = {
    var letters = [String](repeating: "", count: 256)
    let printable = order.count - 68
    for (index, byte) in order.enumerated() {
      let scalar = index < printable ? UInt32(byte) : 0x100 + UInt32(index - printable)
      letters[Int(byte)] = String(Unicode.Scalar(scalar)!)
    }
    return letters
  }()
}

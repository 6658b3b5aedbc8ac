import ArgumentParser
import Glibc
import Paths

/// What somebody typed, which is bytes, as a text for the argument parser, which takes nothing
/// else.
///
/// No word holds a zero, so that a zero can stand before a scalar whose value is a byte: one that
/// is no UTF-8, or one of a scalar that would melt into the `=` before it.
enum CommandWord {
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    let bytes = Array(bytes)
    var (text, place) = (String.UnicodeScalarView(), 0)
    var (source, parser) = (bytes.makeIterator(), Unicode.UTF8.ForwardParser())
    while true {
      switch parser.parseScalar(from: &source) {
      case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded)
        if text.last == "=", meltsIntoEqualSign(scalar) {
          text += escaped(bytes[place..<place + encoded.count])
        } else {
          text.append(scalar)
        }
        place += encoded.count
      case .error(let length):
        text += escaped(bytes[place..<place + length])
        place += length
      case .emptyInput: return String(text)
      }
    }
  }

  static func bytes(_ text: String) -> [UInt8] {
    var (bytes, scalars) = ([UInt8](), text.unicodeScalars.makeIterator())
    while let scalar = scalars.next() {
      if scalar == "\0" {
        bytes += scalars.next().flatMap { UInt8(exactly: $0.value) }.map { [$0] } ?? []
      } else {
        bytes += UTF8.encode(scalar) ?? .init()
      }
    }
    return bytes
  }

  /// Of this process, without the program's own name.
  static var all: [String] {
    (1..<max(Int(CommandLine.argc), 1)).compactMap { place in
      CommandLine.unsafeArgv[place].map { text(Path(cString: $0).bytes) }
    }
  }

  private static func escaped(_ bytes: some Sequence<UInt8>) -> [Unicode.Scalar] {
    bytes.flatMap { ["\0", Unicode.Scalar($0)] }
  }

  private static func meltsIntoEqualSign(_ scalar: Unicode.Scalar) -> Bool {
    "=\(scalar)".count == 1
  }
}

extension Path: ExpressibleByArgument {
  package init?(argument: String) { self.init(bytes: CommandWord.bytes(argument)) }
}

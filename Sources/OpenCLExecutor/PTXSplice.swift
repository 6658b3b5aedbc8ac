/// Puts instructions of sm_90a into the PTX that a compiler for sm_90 made of a program: they are
/// comments there, with operands that the compiler chose (see gpu/warpgroup.h).
///
/// Whatever is not exactly as expected is refused, so that a text is spliced whole or not at all.
package enum PTXSplice {
  /// Why a text is left alone.
  package struct Refusal: Error, Hashable, CustomStringConvertible {
    package let description: String
  }

  /// What the comments stand for; a program needs every kind.
  private enum Instruction: CaseIterable {
    case flag, publish, fence, multiply, commit, wait
  }

  /// What begins the line of a comment that stands for an instruction.
  private static let marker = "//spliced "

  /// - Parameter text: PTX of version 8.0 or later for sm_90, with or without a zero at its end.
  package static func spliced(_ text: String) throws(Refusal) -> String {
    var lines: [Substring] = []
    var targets = 0
    var versions = 0
    var found: Set<Instruction> = []
    for line in text.prefix(while: { $0 != "\0" }).split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      let content = line.drop { $0 == " " || $0 == "\t" }
      if content.hasPrefix(".target") {
        lines.append(try retargeted(content))
        targets += 1
      } else if content.hasPrefix(".version") {
        try checkVersion(content)
        versions += 1
        lines.append(line)
      } else if content.hasPrefix(marker) {
        let statement = content.dropFirst(marker.count)
        guard let instruction = instruction(statement) else {
          throw Refusal(description: "unknown instruction '\(statement.prefix(60))'")
        }
        found.insert(instruction)
        lines.append("\t" + statement)
      } else if content.contains(marker) || content.contains("wgmma") {
        throw Refusal(description: "an instruction amid '\(content.prefix(60))'")
      } else {
        lines.append(line)
      }
    }
    guard targets == 1, versions == 1 else {
      throw Refusal(description: "no PTX: \(targets) targets, \(versions) versions")
    }
    if let missing = Instruction.allCases.first(where: { !found.contains($0) }) {
      throw Refusal(description: "the compiler left out every \(missing)")
    }
    return lines.joined(separator: "\n")
  }

  private static func retargeted(_ line: Substring) throws(Refusal) -> Substring {
    var statement = Statement(rest: line)
    guard statement.skip(".target sm_90"), [nil, ",", " "].contains(statement.rest.first) else {
      throw Refusal(description: "'\(line)' is not for sm_90")
    }
    return ".target sm_90a" + statement.rest
  }

  private static func checkVersion(_ line: Substring) throws(Refusal) {
    var statement = Statement(rest: line)
    guard statement.skip(".version "), let major = statement.number(), major >= 8 else {
      throw Refusal(description: "'\(line)' is before 8.0")
    }
  }

  private static func instruction(_ text: Substring) -> Instruction? {
    var statement = Statement(rest: text)
    let instruction: Instruction
    if statement.skip("wgmma.fence.sync.aligned;") {
      instruction = .fence
    } else if statement.skip("wgmma.commit_group.sync.aligned;") {
      instruction = .commit
    } else if statement.skip("fence.proxy.async.shared::cta;") {
      instruction = .publish
    } else if statement.skip("wgmma.wait_group.sync.aligned ") {
      guard statement.number() != nil, statement.skip(";") else { return nil }
      instruction = .wait
    } else if statement.skip("mov.u32 ") {
      guard statement.register() != nil, statement.skip(", 1;") else { return nil }
      instruction = .flag
    } else {
      guard statement.skipMultiply() else { return nil }
      instruction = .multiply
    }
    return statement.rest.allSatisfy { $0 == " " } ? instruction : nil
  }

  /// The rest of a line while it is read.
  private struct Statement {
    var rest: Substring

    /// Whether `literal` comes next; then it is skipped.
    mutating func skip(_ literal: String) -> Bool {
      guard rest.hasPrefix(literal) else { return false }
      rest.removeFirst(literal.count)
      return true
    }

    mutating func number() -> Int? {
      let digits = rest.prefix { ("0"..."9").contains($0) }
      rest.removeFirst(digits.count)
      return Int(digits)
    }

    mutating func register() -> Substring? {
      guard rest.first == "%" else { return nil }
      let name = rest.dropFirst().prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
      rest.removeFirst(1 + name.count)
      return name.first?.isLetter == true ? name : nil
    }

    /// A product of 64 rows and n columns, with n / 2 sums in distinct registers.
    mutating func skipMultiply() -> Bool {
      guard skip("{ .reg .pred p; setp.ne.b32 p, 1, 0; wgmma.mma_async.sync.aligned.m64n"),
        let columns = number(), columns.isMultiple(of: 16), (16...256).contains(columns),
        skip("k16.f32.f16.f16 {")
      else { return false }
      var sums: Set<Substring> = []
      repeat {
        guard let sum = register(), sums.insert(sum).inserted else { return false }
      } while skip(", ")
      return sums.count == columns / 2 && skip("}, ") && register() != nil && skip(", ")
        && register() != nil && skip(", p, 1, 1, 0, 0; }")
    }
  }
}

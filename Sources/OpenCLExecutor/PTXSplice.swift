/// Puts instructions of sm_90a into the PTX that a compiler for sm_90 made of a program: they are
/// comments there, with operands that the compiler chose (see gpu/warpgroup.h). Local memory, of
/// which a kernel for sm_90 may declare little, gets the size that a comment names.
///
/// Whatever is not exactly as expected is refused, so that a text is spliced whole or not at all.
package enum PTXSplice {
  /// What errors name as the call that failed.
  static let call = "splice"

  /// Why a text is left alone.
  package struct Refusal: Error, Hashable, CustomStringConvertible {
    package let description: String
  }

  /// What the comments stand for; a program needs every kind.
  private enum Instruction: CaseIterable {
    case flag, publish, fence, multiply, commit, wait, slices
  }

  /// What begins the line of a comment that stands for an instruction.
  private static let marker = "//spliced "

  /// - Parameter text: PTX of version 8.0 or later for sm_90, with or without a zero at its end.
  package static func spliced(_ text: String) throws(Refusal) -> String {
    var copy = Copy()
    for line in text.prefix(while: { $0 != "\0" }).split(
      separator: "\n", omittingEmptySubsequences: false)
    { try copy.append(line) }
    guard copy.targets == 1, copy.versions == 1 else {
      throw Refusal(description: "no PTX: \(copy.targets) targets, \(copy.versions) versions")
    }
    if let missing = Instruction.allCases.first(where: { !copy.found.contains($0) }) {
      throw Refusal(description: "the compiler left out every \(missing)")
    }
    try copy.memory.enlarge(&copy.lines)
    return copy.lines.joined(separator: "\n")
  }

  /// The spliced text as far as it is made, and what was met on the way.
  private struct Copy {
    var lines: [Substring] = []
    var targets = 0
    var versions = 0
    var found: Set<Instruction> = []
    var memory = LocalMemory()

    mutating func append(_ line: Substring) throws(Refusal) {
      let content = line.drop { $0 == " " || $0 == "\t" }
      if content.hasPrefix(".target") {
        lines.append(try PTXSplice.retargeted(content))
        targets += 1
      } else if content.hasPrefix(".version") {
        try PTXSplice.checkVersion(content)
        versions += 1
        lines.append(line)
      } else if content.hasPrefix(PTXSplice.marker) {
        try append(statement: content.dropFirst(PTXSplice.marker.count))
      } else if content.contains(PTXSplice.marker) || content.contains("wgmma") {
        throw Refusal(description: "an instruction amid '\(content.prefix(60))'")
      } else {
        if content.hasPrefix(".shared") { memory.declarations.append(lines.count) }
        lines.append(line)
      }
    }

    private mutating func append(statement: Substring) throws(Refusal) {
      guard let instruction = PTXSplice.instruction(statement) else {
        throw Refusal(description: "unknown instruction '\(statement.prefix(60))'")
      }
      found.insert(instruction)
      switch instruction {
      case .slices: memory.wanted.insert(statement)
      case .flag, .publish, .fence, .multiply, .commit, .wait: lines.append("\t" + statement)
      }
    }
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
    } else if statement.skip("slices ") {
      guard statement.number() != nil, statement.skip(";") else { return nil }
      instruction = .slices
    } else if statement.skip("mov.u32 ") {
      guard statement.register() != nil, statement.skip(", 1;") else { return nil }
      instruction = .flag
    } else {
      guard statement.skipMultiply() else { return nil }
      instruction = .multiply
    }
    return statement.rest.allSatisfy { $0 == " " } ? instruction : nil
  }

  /// What is declared of local memory, and what is wanted.
  private struct LocalMemory {
    /// Lines that declare some.
    var declarations: [Int] = []
    /// The comments' statements, without repetitions.
    var wanted: Set<Substring> = []

    /// Puts the wanted size into the only declaration.
    func enlarge(_ lines: inout [Substring]) throws(Refusal) {
      guard wanted.count == 1, declarations.count == 1 else {
        throw Refusal(
          description: "\(declarations.count) declarations of local memory, \(wanted.count) sizes")
      }
      var size = Statement(rest: wanted.first!)
      let line = lines[declarations[0]]
      guard size.skip("slices "), let bytes = size.number(), line.hasSuffix("[1024];"),
        line.contains(" .align 1024 ")
      else { throw Refusal(description: "'\(line)' is no declaration of slices") }
      lines[declarations[0]] = line.dropLast(6) + "\(bytes)];"
    }
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

import Testing

@testable import OpenCLExecutor

/// The text function that turns comments into instructions of sm_90a, on the form that compilers
/// give to inline assembly.
@Suite struct PTXSpliceTests {
  private static let sums = (1...8).map { "%f\($0)" }.joined(separator: ", ")
  private static let multiply =
    "{ .reg .pred p; setp.ne.b32 p, 1, 0; "
    + "wgmma.mma_async.sync.aligned.m64n16k16.f32.f16.f16 "
    + "{\(sums)}, %rd7, %rd8, p, 1, 1, 0, 0; }"
  private static let instructions = [
    "mov.u32 %r1, 1;", "fence.proxy.async.shared::cta;", "wgmma.fence.sync.aligned;", multiply,
    "wgmma.commit_group.sync.aligned;", "wgmma.wait_group.sync.aligned 0;", "slices 122880;",
  ]
  private static let declaration = ".shared .align 1024 .b8 k_$_declared[1024];"

  private static func text(
    _ instructions: [String] = instructions, version: String = "8.0",
    target: String = "sm_90, texmode_independent"
  ) -> String {
    let body = instructions.map { "\t// begin inline asm\n\t//spliced \($0)\n\t// end inline asm" }
    return """
      //
      .version \(version)
      .target \(target)
      .address_size 64
      .entry k() {
        \(declaration)
      \(body.joined(separator: "\n"))
        ret;
      }

      """
  }

  /// Every comment becomes its instruction, the target is sm_90a, and nothing else changes.
  @Test(arguments: ["sm_90, texmode_independent", "sm_90"], ["8.0", "8.8", "13.1"])
  func comments(target: String, version: String) throws {
    let text = Self.text(version: version, target: target)
    let expected = text.replacing("\t//spliced slices 122880;\n", with: "")
      .replacing("[1024]", with: "[122880]").replacing("//spliced ", with: "")
      .replacing("sm_90", with: "sm_90a")
    #expect(try PTXSplice.spliced(text) == expected)
    #expect(try PTXSplice.spliced(text + "\0") == expected)
  }

  /// A second product, as unrolling makes, is as good as one.
  @Test func repeated() throws {
    let spliced = try PTXSplice.spliced(Self.text(Self.instructions + [Self.multiply]))
    #expect(spliced.split(separator: "wgmma.mma_async").count == 3)
  }

  @Test(arguments: [
    "sm_90a, texmode_independent", "sm_89", "sm_100", "sm_900", "sm_90, sm_90\n.target sm_90",
  ])
  func otherTargets(_ target: String) {
    #expect(throws: PTXSplice.Refusal.self) { try PTXSplice.spliced(Self.text(target: target)) }
  }

  @Test(arguments: ["7.8", "", "8.0\n.version 8.0"])
  func otherVersions(_ version: String) {
    #expect(throws: PTXSplice.Refusal.self) { try PTXSplice.spliced(Self.text(version: version)) }
  }

  @Test(arguments: ["", "\0", "\u{7f}ELF", "kernel void k() {}"])
  func noPTX(_ text: String) {
    #expect(throws: PTXSplice.Refusal.self) { try PTXSplice.spliced(text) }
  }

  /// A compiler that drops a kind of comment, or all, is found out.
  @Test(arguments: instructions.indices)
  func missing(_ index: Int) {
    var instructions = Self.instructions
    instructions.remove(at: index)
    #expect(throws: PTXSplice.Refusal.self) { try PTXSplice.spliced(Self.text(instructions)) }
  }

  /// Local memory that is not declared once as the kernel does, or wanted in two sizes.
  @Test(arguments: [
    "", "  .shared .align 16 .b8 k_$_declared[1024];",
    "  .shared .align 1024 .b8 k_$_declared[64];",
    "  \(declaration)\n  .shared .align 4 .b8 other[4];",
    "  \(declaration)\n\t//spliced slices 1024;",
  ])
  func localMemory(_ lines: String) {
    let text = Self.text().replacing("  \(Self.declaration)", with: lines)
    #expect(throws: PTXSplice.Refusal.self) { try PTXSplice.spliced(text) }
  }

  /// An instruction that is not exactly one of those known.
  @Test(arguments: [
    multiply.replacing("%f8", with: "%f7"), multiply.replacing(", %f8", with: ""),
    multiply.replacing("%f8", with: "%f8, %f9"), multiply.replacing("%f8", with: "0f00000000"),
    multiply.replacing("%rd7", with: "%0"), multiply.replacing("%rd7", with: "12"),
    multiply.replacing("n16", with: "n24"), multiply.replacing("k16", with: "k8"),
    multiply.replacing("0; }", with: "1; }"), multiply + " ret;", String(multiply.dropLast(9)),
    "mov.u32 %r1, 2;", "mov.u32 1, 1;", "wgmma.wait_group.sync.aligned %n;",
    "wgmma.fence.sync.aligned", "wgmma.fence.sync.aligned; ret;", "trap;", "", "slices n;",
  ])
  func unknown(_ instruction: String) {
    #expect(throws: PTXSplice.Refusal.self) {
      try PTXSplice.spliced(Self.text(Self.instructions + [instruction]))
    }
  }

  /// Comments that do not have a line for themselves, and what a compiler for sm_90 cannot have
  /// written.
  @Test(arguments: [
    "mov.u32 %r2, 3; //spliced trap;", "wgmma.fence.sync.aligned;",
    "// wgmma.fence.sync.aligned;",
  ])
  func amidOthers(_ line: String) {
    let text = Self.text().replacing("  ret;", with: "  \(line)\n  ret;")
    #expect(throws: PTXSplice.Refusal.self) { try PTXSplice.spliced(text) }
  }
}

import Foundation
import Testing

@testable import Models

/// What a verdict on half precision is made of, and the file that keeps it.
@Suite struct PrecisionVerdictTests {
  private static func evidence(
    _ mode: HalfMode, psnr: Double? = 60, steps: Double = 1, nonFinite: Int = 0
  ) -> HalfEvidence {
    HalfEvidence(mode, on: "a device", pictures: 3, psnr: psnr, steps: steps, nonFinite: nonFinite)
  }

  /// Evidence, and the dtype of the verdict; nil for none.
  static let rule: [([HalfEvidence], String?)] = [
    ([evidence(.matrixUnits)], "f16"),
    ([evidence(.storage), evidence(.emulatedMatrixUnits, psnr: nil, steps: 0)], "f16"),
    ([evidence(.matrixUnits, psnr: 54, steps: 4)], "f16"),
    ([evidence(.matrixUnits, psnr: 53.9)], "f32"),
    ([evidence(.matrixUnits, steps: 4.1)], "f32"),
    ([evidence(.matrixUnits, nonFinite: 1)], "f32"),
    ([evidence(.storage, psnr: 40), evidence(.emulatedMatrixUnits)], "f32"),
    ([evidence(.storage, psnr: 40)], "f32"),
    ([evidence(.storage)], nil), ([], nil),
  ]

  @Test(arguments: rule.indices)
  func followsTheRule(_ index: Int) {
    let (evidence, dtype) = Self.rule[index]
    #expect(PrecisionVerdict(of: "a model", evidence)?.dtype.rawValue == dtype)
  }

  @Test func staysInItsFile() throws {
    for (evidence, _) in Self.rule {
      guard let verdict = PrecisionVerdict(of: "a \"model\"", evidence) else { continue }
      #expect(try PrecisionVerdict(parsing: try verdict.encoded()) == verdict)
    }
  }

  @Test(arguments: [
    ("\"format\" : 1", "\"format\" : 2"), ("\"f16\"", "\"bf16\""), ("\"storage\"", "\"stored\""),
    ("\"steps\"", "\"step\""), ("\"model\"", "\"models\""), ("{", ""),
  ])
  func whatItIsNotIsRefused(_ text: String, _ other: String) throws {
    let verdict = PrecisionVerdict(.f16, of: "a model", [Self.evidence(.storage)])
    let file = String(decoding: try verdict.encoded(), as: UTF8.self)
    #expect(file.contains(text))
    #expect(throws: (any Error).self) {
      try PrecisionVerdict(parsing: Array(file.replacing(text, with: other).utf8))
    }
  }

  /// That of a built-in model is about its weights as they are.
  @Test(arguments: BuiltInModel.allCases)
  func builtInModelsHaveOne(_ known: BuiltInModel) throws {
    let verdict = try #require(try Model(known).precision())
    #expect(PrecisionVerdict(of: verdict.model, verdict.evidence) == verdict)
  }
}

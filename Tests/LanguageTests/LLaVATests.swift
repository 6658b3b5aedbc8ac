import Foundation
import IR
import JSON
import Language
import Networks
import OpenCLExecutor
import ReferenceExecutor
import Tensors
import TestSupport
import Testing

@Suite struct LLaVATests {
  /// Everything of transformers within 1e-4: features, logits after the prompt, those of the next
  /// tokens by the cache, and the tokens that follow.
  @Test(arguments: LLaVAFixture.Layout.allCases)
  func agreesWithTransformers(_ layout: LLaVAFixture.Layout) throws {
    try check(try LLaVAFixture(layout), on: ReferenceExecutor())
  }

  @Test(arguments: ExecutorsUnderTest.fusedFloatCPUs)
  func devicesAgreeWithTransformers(_ candidate: ExecutorUnderTest) throws {
    try check(try LLaVAFixture(.newer), on: candidate.executor)
    try check(try LLaVAFixture(.gguf), on: candidate.executor)
  }

  private func check(_ fixture: LLaVAFixture, on executor: any Executor) throws {
    func difference(_ found: HostTensor, _ name: String, _ index: Int? = nil) -> Float {
      let expected = fixture.expected[name]!
      let wanted = index.map { expected.floats(ofStep: $0) } ?? expected.floats
      return zip(found.floats, wanted).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
    let pictures = fixture.inputs["pixel_values"]!
    var reader = try Reader(fixture, batch: 2, on: executor)
    let features = try reader.see(pictures)
    let sequences = HostTensor([2, 4, 32], features.sequenceElements)
    #expect(difference(sequences, "image_features") <= 1e-4)
    #expect(difference(try reader.read(features), "prompt") <= 1e-4)
    let tokens = fixture.expected["tokens"]!.floats
    for step in 0..<4 {
      let logits = try reader.write([tokens[step], tokens[64 + step]])
      #expect(difference(logits, "following", step) <= 1e-4)
    }
    let describer = try Describer(
      fixture.model, vision: fixture.vision, language: fixture.language, fixture.prompt, batch: 2,
      limit: 64
    ) { try executor.prepare($0, weights: $1, keeping: $2) }
    let texts = try describer.texts(about: pictures, end: -1, seeds: [0, 0])
    #expect(texts.flatMap(\.self) == tokens.map { Int32($0) })
  }

  /// What plans will hold is known beforehand, of elements and of blocks.
  @Test(arguments: ExecutorsUnderTest.fusedFloatCPUs, LLaVAFixture.Layout.allCases)
  func footprintsAreForetold(
    _ candidate: ExecutorUnderTest, _ layout: LLaVAFixture.Layout
  ) throws {
    let fixture = try LLaVAFixture(layout)
    let device = try #require((candidate.executor as? OpenCLExecutor)?.device)
    let executor = try OpenCLExecutor(device)
    let foretold = try Describer.footprint(
      fixture.model, vision: fixture.vision, language: fixture.language, fixture.prompt, batch: 2,
      limit: 64
    ) { try executor.footprint(of: $0, weights: $1, keeping: $2) }
    let describer = try Describer(
      fixture.model, vision: fixture.vision, language: fixture.language, fixture.prompt, batch: 2,
      limit: 64
    ) { try executor.prepare($0, weights: $1, keeping: $2) }
    #expect(describer.batch == 2 && executor.memory.bytes == foretold.bytes)
  }

  /// The tokens that the cache leaves out give the logits that they all give together.
  @Test func cachedIsWhole() throws {
    let fixture = try LLaVAFixture(.newer)
    let executor = ReferenceExecutor()
    let tokens: [Float] = [1, 7, 33, 90, 12, 64, 5]
    var whole = try Reader(fixture, batch: 1, on: executor)
    let all = try whole.write(tokens)
    var cached = try Reader(fixture, batch: 1, on: executor)
    _ = try cached.write(Array(tokens[..<4]))
    let rest = try cached.write(Array(tokens[4...]))
    #expect(zip(all.floats, rest.floats).allSatisfy { abs($0 - $1) <= 1e-5 })
  }

  @Test(arguments: ExecutorsUnderTest.fusedFloatCPUs)
  func aPictureAloneGivesTheSameBits(_ candidate: ExecutorUnderTest) throws {
    let fixture = try LLaVAFixture(.hub)
    let pictures = fixture.inputs["pixel_values"]!
    var pair = try Reader(fixture, batch: 2, on: candidate.executor)
    let together = try pair.read(try pair.see(pictures))
    let following = try pair.write([3, 90])
    for picture in 0..<2 {
      var single = try Reader(fixture, batch: 1, on: candidate.executor)
      let alone = try single.read(try single.see(pictures.outermost(picture)))
      #expect(alone.floats == together.outermost(picture).floats)
      #expect(try single.write([[3, 90][picture]]).floats == following.outermost(picture).floats)
    }
  }

  @Test func otherFamiliesAreRefusedByName() throws {
    let bytes = try SmallFileBytes.of("config.json")
    let text = String(decoding: bytes, as: UTF8.self)
    func refusal(_ old: String, _ new: String) -> String {
      do {
        let fields = try ConfigurationReader(
          parsing: Array(text.replacingOccurrences(of: old, with: new).utf8))
        _ = try LLaVA(fields, [])
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      refusal("LlavaForConditionalGeneration", "LlavaNextForConditionalGeneration")
        == "unknown class \"LlavaNextForConditionalGeneration\"")
    #expect(refusal("\"model_type\": \"llama\"", "\"model_type\": \"mistral\"").contains("mistral"))
    #expect(refusal("\"default\"", "\"linear\"").contains("not supported"))
  }
}

extension HostTensor {
  /// Of (N, steps, V): those of one step.
  fileprivate func floats(ofStep step: Int) -> [Float] {
    let all = floats
    return (0..<shape[0]).flatMap { text in
      let start = (text * shape[1] + step) * shape[2]
      return all[start..<start + shape[2]]
    }
  }

  /// Of tokens (N, C, T, 1): channels innermost.
  fileprivate var sequenceElements: [Float] {
    let all = floats
    let (channels, tokens) = (shape[1], shape[2])
    return (0..<count).map { index in
      let (image, token, channel) = (
        index / channels / tokens, index / channels % tokens, index % channels
      )
      return all[(image * channels + channel) * tokens + token]
    }
  }
}

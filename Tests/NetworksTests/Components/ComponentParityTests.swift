import IR
import Networks
import Tensors
import TestSupport
import Testing

/// Components against diffusers and transformers, on every executor.
@Suite struct ComponentParityTests {
  @Test(arguments: ComponentFixture.all, ExecutorsUnderTest.all)
  func agreesWithPyTorch(_ fixture: ComponentFixture, on candidate: ExecutorUnderTest) throws {
    let expected = try fixture.tensors("expected")
    let results = try fixture.results(on: candidate.executor)
    #expect(!expected.isEmpty)
    for (name, tensor) in expected {
      let actual = try #require(results[name], "no output \(name)")
      let comparison = Comparison(actual, with: tensor, leastPeak: 0)
      #expect(
        comparison.passes(.componentAgainstPyTorch(candidate.dtype)),
        "\(fixture.name).\(name) on \(candidate): \(comparison)")
    }
  }

  /// An image gives the same bits whatever else is in the batch, at its own timestep.
  @Test(
    arguments: [
      "clip-text-masked", "clip-vision", "unet-sd15", "unet-sdxl", "vae", "unet-mrir",
    ].map(ComponentFixture.init), ExecutorsUnderTest.all)
  func batchDoesNotMatter(_ fixture: ComponentFixture, on candidate: ExecutorUnderTest) throws {
    let inputs = try fixture.tensors("inputs")
    let together = try fixture.results(on: candidate.executor)
    for place in 0..<2 {
      let alone = try fixture.results(
        of: inputs.mapValues { $0.outermost(place) }, on: candidate.executor)
      for (name, tensor) in together {
        #expect(
          tensor.outermost(place).floats == alone[name]?.floats,
          "\(fixture.name).\(name) on \(candidate), place \(place)")
      }
    }
  }

  /// One half of the autoencoder alone gives what both give together.
  @Test func halvesOfTheAutoencoderRunAlone() throws {
    let fixture = ComponentFixture(name: "vae")
    let executor = ExecutorsUnderTest.all[0].executor
    let inputs = try fixture.tensors("inputs")
    let together = try fixture.results(of: inputs, on: executor)
    let encoded = try fixture.results(of: inputs.filter { $0.key == "image" }, on: executor)
    #expect(Set(encoded.keys) == ["latent_mean", "latent_logvar"])
    let decoded = try fixture.results(of: inputs.filter { $0.key == "latent" }, on: executor)
    #expect(Set(decoded.keys) == ["decoded"])
    for (name, tensor) in encoded.merging(decoded, uniquingKeysWith: { $1 }) {
      #expect(tensor.floats == together[name]?.floats)
    }
  }
}

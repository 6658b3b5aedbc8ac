import Checkpoints
import IR
import Networks
import Testing

/// What a component's `config.json` says, and what it may not say.
@Suite struct ConfigurationTests {
  @Test func takesItsConfigurationFromTheFile() throws {
    let recognition = try ComponentFixture(name: "clip-text-projected").recognition()
    let network = try #require(recognition.network as? CLIPTextModel)
    #expect(network.configuration.encoder.hiddenSize == 40)
    #expect(network.configuration.encoder.hiddenAct == .gelu)
    #expect(network.configuration.projectionDim == 28)
    #expect(recognition.unused.isEmpty)
    #expect(
      recognition.findings.contains { $0.description == "eos_token_id = 95 from config.json" })
  }

  @Test(
    arguments: [
      (#"{"hidden_size": 24}"#, ConfigurationError.missingClass),
      (#"{"architectures": ["GPT2"]}"#, .unknownClass("GPT2")),
      (#"{"_class_name": "Flux"}"#, .unknownClass("Flux")),
      ("[1]", .notAnObject),
      (
        #"{"architectures": ["CLIPTextModel"], "hidden_size": 0}"#,
        .field("hidden_size", expected: "a whole number from 1 to 1048576")
      ),
      (
        #"{"architectures": ["CLIPTextModel"], "num_attention_heads": 7}"#,
        .field("num_attention_heads", expected: "a divisor of hidden_size")
      ),
      (
        #"{"architectures": ["CLIPTextModel"], "hidden_act": "relu"}"#,
        .unsupported("hidden_act", value: "relu")
      ),
      (
        #"{"_class_name": "UNet2DConditionModel", "time_embedding_type": "fourier"}"#,
        .unsupported("time_embedding_type", value: "fourier")
      ),
      (
        #"{"_class_name": "UNet2DConditionModel", "addition_embed_type": "text_time"}"#,
        .missing("addition_time_embed_dim")
      ),
      (
        #"{"_class_name": "AutoencoderKL", "scaling_factor": true}"#,
        .field("scaling_factor", expected: "a number from 1e-06 to 1000000.0")
      ),
    ])
  func refusesConfigurations(_ text: String, _ expected: ConfigurationError) {
    #expect(throws: expected) {
      _ = try Architectures.recognize(try ConfigurationReader(parsing: Array(text.utf8)), [])
    }
  }

  @Test(arguments: ComponentFixture.all)
  func leavesNoTensorOver(_ fixture: ComponentFixture) throws {
    let recognition = try fixture.recognition()
    #expect(recognition.unused.isEmpty)
    let tensors = recognition.dialect.tensors(of: try recognition.architecture.manifest)
    #expect(recognition.matched == tensors.entries.count)
  }

  @Test func refusesMissingTensors() throws {
    let fixture = ComponentFixture(name: "clip-vision")
    #expect(throws: Refusal.self) {
      _ = try Architectures.recognize(
        try fixture.configuration(), Array(try fixture.checkpoint().manifestEntries.dropLast()))
    }
  }
}

import IR
import Networks
import Tensors
import Testing

/// Networks behind prefixes that only their own tensors begin with.
@Suite struct WrappedCheckpointTests {
  private let network = NAFNet(.init())

  private func entries(_ prefix: String) throws -> [Manifest.Entry] {
    try network.manifest.entries.map { .init(path: prefix + $0.path, shape: $0.shape) }
  }

  private func recognize(_ entries: [Manifest.Entry]) throws -> Recognition {
    try Architectures.recognize(CheckpointIndex(entries.map { ($0.path, $0.shape) }))
  }

  private static let loss: [Manifest.Entry] = [
    .init(path: "loss.lpips.net.slice1.0.weight", shape: [64, 3, 3, 3]),
    .init(path: "loss.lpips.net.slice1.0.bias", shape: [64]),
    .init(path: "loss.weight", shape: []),
  ]

  @Test(
    arguments: [
      ("module.", [.init(path: "n_averaged", shape: [])]),
      ("netG.", loss),
      ("model.net._orig_mod.", loss + [.init(path: "model.ema.decay", shape: [])]),
      (
        "ema_model.", [.init(path: "initted", shape: [1]), .init(path: "step", shape: [1])]
      ),
    ] as [(String, [Manifest.Entry])])
  func findsTheNetworkAmongOthers(_ prefix: String, _ others: [Manifest.Entry]) throws {
    let recognition = try recognize(others + entries(prefix))
    #expect(recognition.network as? NAFNet == network)
    #expect(recognition.prefix == prefix)
    #expect(recognition.unused.isEmpty)
    #expect(recognition.beside == others)
    let path = "encoders.0.0.beta"
    #expect(recognition.dialect.name(of: path) == prefix + path)
  }

  @Test func takesTheAveragedOfTwo() throws {
    let recognition = try recognize(
      entries("online_model.") + entries("ema_model.") + [.init(path: "step", shape: [1])])
    #expect(recognition.prefix == "ema_model.")
    #expect(try recognition.beside.count == network.manifest.entries.count + 1)
  }

  @Test func asksWhichOfTwoIsMeant() throws {
    let error = try #require(
      #expect(throws: UnrecognizedCheckpoint.self) {
        try recognize(entries("student.") + entries("teacher."))
      })
    #expect(error.description.contains("student.* and teacher.* each are one"))
    #expect(error.description.contains("by its prefix"))
  }

  @Test func tensorsAmongTheNetworksOwnAreNotBesideIt() throws {
    let recognition = try recognize(
      entries("net.") + [.init(path: "net.optimizer.step", shape: [])] + Self.loss)
    #expect(recognition.unused.map(\.path) == ["optimizer.step"])
    #expect(recognition.beside == Self.loss)
  }
}

/// Checkpoints that nearly fit a network are told of that network.
@Suite struct NearMissTests {
  private func refusal(_ entries: [Manifest.Entry]) -> String? {
    #expect(throws: UnrecognizedCheckpoint.self) {
      try Architectures.recognize(CheckpointIndex(entries.map { ($0.path, $0.shape) }))
    }?.description
  }

  /// Without a key the guided networks hold all of the plain ones.
  @Test(arguments: [
    "masa_enc.conv_L1.weight", "masa_blk_enc_level2.0.alpha", "masa_enc.conv_L3.weight",
  ])
  func guidedNetworksAreNotPlain(_ missing: String) throws {
    let all = try Guided(.init(Restormer(.init()))).manifest.entries
    let fewer = all.filter { $0.path != missing }
    try #require(fewer.count == all.count - 1)
    let told = "no known network; the closest: not RestormerRefFusion: \(missing)"
    #expect(refusal(fewer)?.hasPrefix(told) == true)
  }

  @Test func upRestorerIsNotC2FDFT() throws {
    let fewer = try UpRestorer(.init()).manifest.entries.filter { $0.path != "prompt3.M" }
    #expect(refusal(fewer)?.contains("not Up-Restorer: prompt3.M is missing") == true)
  }

  @Test func promptIRIsNotRestormer() throws {
    let fewer = try PromptIR(.init()).manifest.entries.filter { $0.path != "prompt1.prompt_param" }
    #expect(refusal(fewer)?.contains("not PromptIR: prompt1.prompt_param is missing") == true)
  }

  @Test func severalDisagreementsAreNamed() throws {
    let entries = try NAFNet(.init()).manifest.entries
    let fewer = entries.filter { !$0.path.hasSuffix("0.beta") }.map { entry in
      entry.path == "intro.bias" ? Manifest.Entry(path: entry.path, shape: [3]) : entry
    }
    let said = try #require(refusal(fewer))
    #expect(said.contains("not NAFNet: intro.bias has shape [3], not [32]"))
    #expect(said.contains("encoders.0.0.beta [1, 32, 1, 1] is missing, encoders.1.0.beta"))
    #expect(said.hasSuffix("more)"))
  }

  /// What is left over and is another network's is not left out.
  @Test func twoNetworksInOneAreNeither() throws {
    let both = try Restormer(.init()).manifest.entries + NAFNet(.init()).manifest.entries
    #expect(refusal(both)?.contains(" is of ") == true)
  }

  /// Perceptrons within a system's part are no networks of their own.
  @Test func partsOfPartsAreNotTakenForNetworks() throws {
    let entries = try TextualRestoration(.init()).manifest.entries
    let fewer = entries.filter { $0.path != "mapping_3.4.weight" }
    let told = "not TextualDegRemoval textual restoration: mapping_3"
    #expect(refusal(fewer)?.contains(told) == true)
  }
}

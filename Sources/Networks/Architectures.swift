import IR

/// What checkpoints are recognised as.
package enum Architectures {
  /// In order of preference.
  package static let all: [any RecognizableArchitecture.Type] = [
    NAFNet.self, RRDBNet.self, SRVGGNetCompact.self, SPAN.self, RealPLKSR.self, RCAN.self,
    SwinIR.self, SRFormer.self, HAT.self, DAT.self, OmniSR.self, CUNet.self, EDSR.self, SCUNet.self,
    DRUNet.self, FBCNN.self, DnCNN.self, SRMD.self, UpConv7.self, Demosaicnet.self,
    PromptIR.self, LMDIR.self, Restormer.self, UpRestorer.self, DFT.self,
    Guided<NAFNet>.self, Guided<PromptIR>.self, Guided<Restormer>.self, Guided<DRSformer>.self,
    Guided<SFNet>.self, SFNet.self, DRSformer.self, ImageToTextMapper.self, TextualRestoration.self,
    AutoDIR.self, RefineLayer.self, UNet2DConditionModel.self, ControlNetModel.self,
    AutoencoderKL.self, LPIPS.self,
  ]

  private static let vocabularies: [Vocabulary] = all.map { vocabulary(of: $0) }

  /// Finds the architecture that a checkpoint belongs to: the one whose names most of its tensors
  /// have, be it behind a prefix that only some of them begin with. Of two sets of parameters of
  /// one network, the averaged one is taken.
  package static func recognize(
    _ checkpoint: CheckpointIndex
  ) throws(UnrecognizedCheckpoint) -> Recognition {
    let whole = all.map { outcome(of: $0, checkpoint) }
    let fitting = whole.compactMap { try? $0.get() }
    if let best = fitting.min(by: { $0.unused.count < $1.unused.count }), best.unused.isEmpty {
      return best
    }
    let places = [checkpoint] + checkpoint.inner
    let readings = places.flatMap(readings)
    let refusals = whole.compactMap { outcome -> Refusal? in
      guard case .failure(let refusal) = outcome else { return nil }
      return refusal
    }
    guard readings.contains(where: { $0.familiar > 0 }) else {
      throw UnrecognizedCheckpoint(refusals: refusals, closest: nil)
    }
    do throws(Refusal) {
      let chosen = try choice(among: readings)
      try requireNoOther(in: chosen)
      var recognition = chosen.recognition
      let prefix = recognition.prefix.dropFirst(checkpoint.prefix.count)
      recognition.beside = checkpoint.tensors.filter { !$0.path.hasPrefix(prefix) }
        .map { Manifest.Entry(path: checkpoint.prefix + $0.path, shape: $0.shape) }
      try requireWhole(recognition, all[chosen.architecture].container)
      return recognition
    } catch {
      throw UnrecognizedCheckpoint(refusals: refusals, closest: error)
    }
  }

  private static func vocabulary(
    of architecture: (some RecognizableArchitecture).Type
  ) -> Vocabulary { Vocabulary(architecture) }

  private static func outcome(
    of architecture: any RecognizableArchitecture.Type, _ checkpoint: CheckpointIndex
  ) -> Result<Recognition, Refusal> {
    Result { () throws(Refusal) in try architecture.recognize(checkpoint) }
  }
}

// MARK: - Which of several

extension Architectures {
  /// What one architecture makes of the tensors at one place.
  private struct Reading {
    let architecture: Int
    let outcome: Result<Recognition, Refusal>
    /// How many tensors have names as the architecture's.
    let familiar: Int
  }

  private static func readings(of place: CheckpointIndex) -> [Reading] {
    let modules = place.tensors.map { Vocabulary.module(of: $0.path) }
    return all.indices.map { architecture in
      let vocabulary = vocabularies[architecture]
      return Reading(
        architecture: architecture, outcome: outcome(of: all[architecture], place),
        familiar: modules.count(where: vocabulary.contains))
    }
  }

  private typealias Choice = (architecture: Int, recognition: Recognition)

  /// The network that is more familiar than all others. One that nearly fits is not passed over
  /// for one that is a part of it.
  private static func choice(among readings: [Reading]) throws(Refusal) -> Choice {
    let most = readings.reduce(0) { max($0, $1.familiar) }
    let closest = readings.filter { $0.familiar == most }
    let fitting = closest.compactMap { reading -> Choice? in
      (try? reading.outcome.get()).map { (reading.architecture, $0) }
    }
    guard let first = fitting.min(by: { $0.recognition.unused.count < $1.recognition.unused.count })
    else { throw refusal(among: closest) }
    let prefixes = Set(fitting.map(\.recognition.prefix)).sorted()
    guard prefixes.count > 1 else { return first }
    let averaged = prefixes.filter { $0.lowercased().contains("ema") }
    guard averaged.count == 1,
      let chosen = fitting.first(where: { $0.recognition.prefix == averaged[0] })
    else {
      let names = prefixes.map { "\($0)*" }.joined(separator: " and ")
      throw Refusal(
        architecture: first.recognition.descriptor.architecture, key: names,
        reason: "each are one; tools/convert takes one of them by its prefix", others: [],
        agreeing: first.recognition.matched)
    }
    return chosen
  }

  /// That of the architecture that agrees most; of several, the one with the fewest modules, since
  /// those of one network may all be another's.
  private static func refusal(among readings: [Reading]) -> Refusal {
    let refusals = readings.compactMap { reading -> (refusal: Refusal, modules: Int)? in
      guard case .failure(let refusal) = reading.outcome else { return nil }
      return (refusal, vocabularies[reading.architecture].count)
    }
    return refusals.min {
      ($1.refusal.agreeing, $0.modules) < ($0.refusal.agreeing, $1.modules)
    }!.refusal
  }

  /// Refuses a network that has parts outside of what all of its parameters lie in: it is another
  /// one.
  private static func requireWhole(
    _ recognition: Recognition, _ container: String
  ) throws(Refusal) {
    guard !container.isEmpty, recognition.prefix.hasSuffix(container) else { return }
    let outer = recognition.prefix.dropLast(container.count)
    guard let part = recognition.beside.first(where: { $0.path.hasPrefix(outer) }) else { return }
    throw Refusal(
      architecture: recognition.descriptor.architecture, key: part.path,
      reason: "\(part.shape) is none of its parts", others: [], agreeing: recognition.matched)
  }

  /// Refuses a checkpoint of which something is left over that another network has.
  private static func requireNoOther(in choice: Choice) throws(Refusal) {
    let own = vocabularies[choice.architecture]
    for entry in choice.recognition.unused {
      let module = Vocabulary.module(of: entry.path)
      guard !own.contains(module),
        let other = all.indices.filter({ vocabularies[$0].contains(module) })
          .min(by: { vocabularies[$0].count < vocabularies[$1].count })
      else { continue }
      throw Refusal(
        architecture: choice.recognition.descriptor.architecture, key: entry.path,
        reason: "\(entry.shape) is of \(all[other].name)", others: [],
        agreeing: choice.recognition.matched)
    }
  }
}

import Diffusion
import Execution
import Generation
import Models
import Networks
import Pictures
import Tensors

/// AutoDIR's networks on a device.
final class AutoDIRNetworks: Sendable {
  let texts: TextStates
  let assessment: QualityAssessment
  let denoising: DenoisingLoop
  let autoencoder: LatentAutoencoder
  let correction: StructureCorrection

  /// - Throws: also when the checkpoint lacks a part, before anything runs.
  init(
    _ model: Model, _ system: AutoDIR, crops: AssessmentCrops, on engine: Engine
  ) throws(LimpidError) {
    guard let text = system[.text].network as? CLIPTextModel,
      let vision = system[.vision].network as? CLIPVisionModel
    else { throw LimpidError(.badData, "\(model.name): it is not AutoDIR") }
    var tokenizer: CLIPTokenizer?
    if model.has(.tokenizer) { tokenizer = try CLIPTokenizer(try model.folder(of: .tokenizer)) }
    texts = try TextStates(
      try model.part(system[.text]), text, tokenizer: tokenizer, on: engine)
    assessment = try QualityAssessment(
      try model.part(system[.vision]), vision, texts: texts,
      logitScale: try Self.logitScale(model), crops: crops, on: engine)
    denoising = try DenoisingLoop(try model.part(system[.unet]), on: engine)
    autoencoder = try LatentAutoencoder(
      try model.part(system[.autoencoder]), on: engine, keepsBoth: true)
    correction = try StructureCorrection(try model.part(system[.correction]), on: engine)
  }

  private static func logitScale(_ model: Model) throws(LimpidError) -> Float {
    do {
      return try model.weights.tensor(AutoDIR.logitScale).floats[0]
    } catch {
      throw LimpidError(error, subject: model.name)
    }
  }

  /// Gives back the device's memory.
  func release() {
    texts.release()
    assessment.release()
    denoising.release()
    autoencoder.release()
    correction.release()
  }
}

import IR

// Configurations of each architecture that have unlike modules.

extension NAFNet {
  package static var specimens: [NAFNet] { [NAFNet(.init())] }
}

extension Restormer {
  package static var specimens: [Restormer] {
    var dualPixel = Configuration()
    dualPixel.isDualPixel = true
    return [Restormer(dualPixel)]
  }
}

extension PromptIR {
  package static var specimens: [PromptIR] { [PromptIR(.init())] }
}

extension DRSformer {
  package static var specimens: [DRSformer] {
    var plain = Configuration()
    plain.hasExperts = false
    return [DRSformer(.init()), DRSformer(plain)]
  }
}

extension SFNet {
  package static var specimens: [SFNet] { [SFNet(.init())] }
}

extension DFT {
  package static var specimens: [DFT] {
    var dualPixel = Configuration()
    dualPixel.isDualPixel = true
    return [DFT(dualPixel)]
  }
}

extension UpRestorer {
  package static var specimens: [UpRestorer] {
    var perBlock = Configuration()
    perBlock.queries = .perBlock
    return [UpRestorer(.init()), UpRestorer(perBlock)]
  }
}

extension LMDIR {
  package static var specimens: [LMDIR] { [LMDIR(.init())] }
}

extension Guided {
  package static var specimens: [Guided<Backbone>] {
    Backbone.specimens.map { Guided(Configuration($0)) }
  }
}

extension ImageToTextMapper {
  package static var specimens: [ImageToTextMapper] { [ImageToTextMapper(.init())] }
}

extension TextualRestoration {
  package static var specimens: [TextualRestoration] { [TextualRestoration(.init())] }
}

extension RefineLayer {
  package static var specimens: [RefineLayer] { [RefineLayer(.init())] }
}

extension UNet2DConditionModel {
  package static var specimens: [UNet2DConditionModel] {
    [StableDiffusionVersion.v1.unet(), StableDiffusionVersion.xl.unet()]
  }
}

extension ControlNetModel {
  package static var specimens: [ControlNetModel] { [ControlNetModel(.init())] }
}

extension AutoencoderKL {
  package static var specimens: [AutoencoderKL] { [AutoencoderKL(.init())] }
}

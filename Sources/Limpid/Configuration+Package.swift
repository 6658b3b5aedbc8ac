import Diffusion
import Execution
import Foundation
import Models
import Networks
import Pictures
import Restoration
import Tensors

// What the public types stand for in the layers below, and where their numbers end.

extension Restorer.Configuration {
  var engine: Engine {
    get throws {
      try Engine(
        device.packaged, dtype: dtype.packaged, isStrict: math == .strict, memoryLimit: memoryLimit)
    }
  }

  /// - Parameter model: that is to be restored with.
  func options(for model: Model) throws -> SystemOptions {
    var options = try packaged
    let system = try RestorationSystems.system(for: model)
    if system is AutoDIRSystem.Type, let prompt = options.guides.texts[.prompt].first {
      options.autoDIR.task = .prompted(prompt)
    }
    return options
  }

  var packaged: SystemOptions {
    get throws(LimpidError) {
      try require(memoryLimit != 0, "a memory limit of 0 bytes")
      var options = SystemOptions()
      options.tiling = try tiles.packaged
      options.overlap = try checked(tileOverlap, in: 0...4096, "the tiles' overlap")
      options.autoencoderTiling = try autoencoderTiles.packaged
      options.localStatistics = try localStatistics?.packaged
      if let batchSize {
        options.batching = .size(try checked(batchSize, in: 1...256, "the batch size"))
      }
      options.isEnsemble = isEnsemble
      options.keepsSteps = keepsRounds
      options.sampling = try sampling.packaged
      options.guides = try guidance.packaged
      options.autoDIR = try autoDIR.packaged
      options.mrir = try mrir.packaged
      try require(
        autoDIR.degradations == nil || guidance.texts.prompt == nil,
        "degradations and a prompt exclude each other")
      return options
    }
  }
}

extension DeviceChoice {
  var packaged: Execution.DeviceChoice {
    switch self {
    case .auto: .auto
    case .cpu: .cpu
    case .openCL(let index): .openCL(index)
    case .reference: .reference
    }
  }
}

extension DType {
  var packaged: Tensors.DType {
    switch self {
    case .f32: .f32
    case .f16: .f16
    }
  }
}

extension Tiles {
  var packaged: TileChoice {
    get throws(LimpidError) {
      switch self {
      case .auto: .auto
      case .never: .never
      case .size(let size):
        .size(
          width: try checked(size.width, in: 16...65_536, "a tile's width"),
          height: try checked(size.height, in: 16...65_536, "a tile's height"))
      }
    }
  }
}

extension LocalStatistics {
  var packaged: Networks.LocalStatistics {
    get throws(LimpidError) {
      _ = try windowSize.map { size throws(LimpidError) in
        try checked(size, in: 8...65_536, "the windows' side")
      }
      return Networks.LocalStatistics(
        trainingSize: try checked(trainingSize, in: 8...65_536, "the crops' side"),
        windowSize: windowSize)
    }
  }
}

extension Sampling {
  var packaged: SamplingOptions {
    get throws(LimpidError) {
      var options = SamplingOptions()
      options.steps = try checked(steps, in: 1...1000, "steps")
      options.guidanceScale = try checked(guidanceScale, in: 0...100, "the guidance scale")
      options.eta = try checked(eta, in: 0...1, "eta")
      options.random = random.packaged
      options.seed = seed
      options.patches = try patches?.packaged
      return options
    }
  }
}

extension Sampling.Patches {
  fileprivate var packaged: PatchChoice {
    get throws(LimpidError) {
      let side = try checked(side, in: 16...4096, "the patches' side")
      return PatchChoice(side: side, stride: try checked(stride, in: 1...side, "their stride"))
    }
  }
}

extension RandomStream {
  var packaged: Diffusion.RandomStream {
    switch self {
    case .cpu: .cpu
    case .cuda: .cuda
    case .philox: .philox
    }
  }
}

extension Guidance {
  fileprivate var packaged: GuideOptions {
    get throws(LimpidError) {
      var options = GuideOptions()
      options.texts = try texts.packaged
      options.captionCommand = captionCommand
      let isLine = captionCommand.map { !$0.contains("\n") && !$0.allSatisfy(\.isWhitespace) }
      try require(isLine != false, "the caption command is one line")
      options.captionPatience = try checked(captionTimeout, in: 1...86_400, "the caption timeout")
      options.referenceImage = try referenceImage?.filePath
      options.referenceSide = try checked(referenceSide, in: 64...4096, "the references' side")
      try require(
        options.referenceSide?.isMultiple(of: 8) != false, "the references' side: no multiple of 8")
      options.cacheFolder = try referenceCache?.filePath
      return options
    }
  }
}

extension Guidance.Texts {
  var packaged: ImageTexts {
    get throws(LimpidError) {
      try require(
        degradations.count <= ImageTexts.maximumCount,
        "more than \(ImageTexts.maximumCount) degradations")
      var texts = ImageTexts()
      for text in degradations { texts[.degradation].append(try line(text)) }
      if let content { texts[.content] = [try line(content)] }
      if let prompt { texts[.prompt] = [try line(prompt)] }
      return texts
    }
  }
}

extension AutoDIR {
  fileprivate var packaged: AutoDIROptions {
    get throws(LimpidError) {
      var options = AutoDIROptions()
      if let degradations { options.task = .chosen(degradations.map(\.packaged)) }
      options.mostSteps = try checked(mostRounds, in: 1...7, "rounds")
      switch structureWeight {
      case .paper: options.structureWeight = .paper
      case .code: options.structureWeight = .code
      case .fixed(let weight):
        options.structureWeight = .fixed(
          try checked(weight, in: -10...10, "the structure correction's weight"))
      }
      options.textGuidance = try checked(textGuidance, in: 0...100, "the text's weight")
      options.imageGuidance = try checked(imageGuidance, in: 0...100, "the picture's weight")
      options.truncates = truncates
      return options
    }
  }
}

extension AutoDIR.Degradation {
  fileprivate var packaged: Restoration.Degradation {
    switch self {
    case .noise: .noise
    case .blur: .blur
    case .rain: .rain
    case .underexposure: .underexposure
    case .haze: .haze
    case .lowResolution: .lowResolution
    case .raindrop: .raindrop
    }
  }
}

extension MRIR {
  fileprivate var packaged: MRIROptions {
    get throws(LimpidError) {
      var options = MRIROptions()
      options.upscale = try checked(upscale, in: 1...8, "the scale")
      options.qualityPrompt = try line(qualityPrompt)
      options.negativePrompt = try line(negativePrompt)
      options.controlScale = try checked(controlScale, in: 0...10, "the ControlNet's weight")
      options.seesImage = seesImage
      switch start {
      case .image: options.start = .image
      case .noise: options.start = .noise
      }
      switch colourFix {
      case .none: options.colourFix = .none
      case .adain: options.colourFix = .adain
      case .wavelet: options.colourFix = .wavelet
      }
      return options
    }
  }
}

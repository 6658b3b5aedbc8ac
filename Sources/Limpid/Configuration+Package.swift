import Diffusion
import Execution
import Foundation
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

  var packaged: SystemOptions {
    get throws(LimpidError) {
      try require(memoryLimit != 0, "a memory limit of 0 bytes")
      var options = SystemOptions()
      options.scale = try checked(scale, in: 1...16, "the scale")
      options.tiling = try tiles.packaged
      options.overlap = try checked(tileOverlap, in: 0...4096, "the tiles' overlap")
      options.autoencoderTiling = try autoencoderTiles.packaged
      try localStatistics?.apply(to: &options)
      if let batchSize {
        options.batching = .size(try checked(batchSize, in: 1...256, "the batch size"))
      }
      options.isEnsemble = isEnsemble
      options.keepsSteps = keepsRounds
      try sampling.apply(to: &options)
      try guidance.apply(to: &options)
      try autoDIR.apply(to: &options)
      try mrir.apply(to: &options)
      try require(
        autoDIR.degradations == nil || guidance.texts.prompt == nil,
        "degradations and a prompt exclude each other")
      return options
    }
  }
}

extension DeviceSelector {
  var packaged: Execution.DeviceSelector {
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
  var packaged: TilingPolicy {
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
  func apply(to options: inout SystemOptions) throws(LimpidError) {
    let size: Int = try checked(trainingSize, in: 8...65_536, "the crops' side")
    options.trainingSize = size
    options.windowSize = try checked(windowSize, in: 8...65_536, "the windows' side")
  }
}

extension Sampling {
  fileprivate func apply(to options: inout SystemOptions) throws(LimpidError) {
    options.steps = try checked(steps, in: 1...1000, "steps")
    options.guidanceScale = try checked(guidanceScale, in: 0...100, "the guidance scale")
    options.eta = try checked(eta, in: 0...1, "eta")
    options.random = random.packaged
    options.seed = seed
    options.seedMode = seedMode == .path ? .path : .fixed
    guard let patches else { return }
    let side: Int = try checked(patches.side, in: 16...4096, "the patches' side")
    let stride: Int = try checked(patches.stride, in: 1...side, "their stride")
    (options.patchSide, options.patchStride) = (side, stride)
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
  fileprivate func apply(to options: inout SystemOptions) throws(LimpidError) {
    options.texts = try texts.packaged
    options.captionCommand = captionCommand
    let isLine = captionCommand.map { !$0.contains("\n") && !$0.allSatisfy(\.isWhitespace) }
    try require(isLine != false, "the caption command is one line")
    options.captionPatience = try checked(captionTimeout, in: 1...86_400, "the caption timeout")
    options.referenceImage = try referenceImage?.filePath
    options.rightView = try rightView?.filePath
    options.referenceSide = try checked(referenceSide, in: 64...4096, "the references' side")
    try require(
      options.referenceSide?.isMultiple(of: 8) != false, "the references' side: no multiple of 8")
    options.keepsReferences = keepsReferences
    options.referenceFolder = try referenceCache?.filePath
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
  fileprivate func apply(to options: inout SystemOptions) throws(LimpidError) {
    options.degradations = degradations?.map(\.packaged)
    options.mostRounds = try checked(mostRounds, in: 1...7, "rounds")
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
    options.leastSide = try checked(leastSide, in: 64...4096, "the shorter side")
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
  fileprivate func apply(to options: inout SystemOptions) throws(LimpidError) {
    options.upscale = try checked(upscale, in: 1...8, "the scale")
    options.qualityPrompt = try line(qualityPrompt)
    options.negativePrompt = try line(negativePrompt)
    options.controlScale = try checked(controlScale, in: 0...10, "the ControlNet's weight")
    options.seesImage = seesImage
    options.processSide = try checked(processSide, in: 0...4096, "the processed side")
    switch start {
    case .image: options.start = .image
    case .noise: options.start = .noise
    }
    switch colourFix {
    case .none: options.colourFix = .none
    case .adain: options.colourFix = .adain
    case .wavelet: options.colourFix = .wavelet
    }
  }
}

import Images
import Pictures

extension OutputOptions {
  var packaged: Pictures.OutputOptions {
    get throws(LimpidError) {
      var options = Pictures.OutputOptions()
      options.format = format?.packaged
      options.depth = bitDepth?.packaged
      options.dithers = dithers
      options.quality = try checked(quality, in: 1...100, "the quality")
      options.compression = try checked(compression, in: 0...9, "the compression")
      options.background = try background?.packaged
      options.stripsMetadata = stripsMetadata
      options.stripsLocation = stripsLocation
      options.convertsToSRGB = convertsToSRGB
      options.alpha = alpha.packaged
      options.orientation = orientation.packaged
      options.pages = pages.packaged
      options.settings = record
      options.overwrites = overwrites
      return options
    }
  }
}

extension OutputOptions.Format {
  fileprivate var packaged: ImageFormat {
    switch self {
    case .png: .png
    case .jpeg: .jpeg
    case .webp: .webp
    case .tiff: .tiff
    case .avif: .avif
    case .jxl: .jxl
    }
  }
}

extension OutputOptions.BitDepth {
  fileprivate var packaged: Image.Depth {
    switch self {
    case .eight: .eight
    case .sixteen: .sixteen
    }
  }
}

extension OutputOptions.Colour {
  fileprivate var packaged: Pictures.OutputOptions.Colour {
    get throws(LimpidError) {
      let values = try [red, green, blue].map { value throws(LimpidError) in
        try checked(value, in: 0...1, "a background's colour")
      }
      return Pictures.OutputOptions.Colour(red: values[0], green: values[1], blue: values[2])
    }
  }
}

extension OutputOptions.Alpha {
  fileprivate var packaged: AlphaPolicy {
    switch self {
    case .keep: .keep
    case .restore: .restore
    case .drop: .drop
    }
  }
}

extension OutputOptions.Orientation {
  fileprivate var packaged: OrientationPolicy {
    switch self {
    case .bake: .bake
    case .keep: .keep
    }
  }
}

extension OutputOptions.Pages {
  fileprivate var packaged: PagePolicy {
    switch self {
    case .first: .first
    case .all: .all
    }
  }
}

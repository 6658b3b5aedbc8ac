import ArgumentParser
import Images
import Pictures

/// How outputs are written.
struct WritingOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case png, jpg, jpeg, webp, tif, tiff, avif, jxl, y4m

    var imageFormat: ImageFormat {
      switch self {
      case .png: .png
      case .jpg, .jpeg: .jpeg
      case .webp: .webp
      case .tif, .tiff: .tiff
      case .avif: .avif
      case .jxl: .jxl
      case .y4m: .y4m
      }
    }
  }

  enum BitDepth: String, ExpressibleByArgument, CaseIterable {
    case auto
    case eight = "8"
    case sixteen = "16"
  }

  @Option(
    name: .shortAndLong,
    help: "png, jpg, webp, tif, avif, jxl or y4m; otherwise as the output's or input's name says.")
  var format: Format?

  @Option(help: "JPEG quality, 1 to 100, 95 when left out; makes WebP lossy.")
  var quality: Int?

  @Option(help: "PNG and TIFF compression, 0 to 9.")
  var compression = 6

  @Option(help: "Bits per PNG or TIFF sample: 8, 16, or auto for the input's own.")
  var bitDepth = BitDepth.auto

  @Flag(help: "Dither what is written with 8 bits, so that gradients show no bands.")
  var dither = false

  @Option(help: "Colour to put under transparent images, as RRGGBB.", transform: Self.colour)
  var background: OutputOptions.Colour?

  @Flag(help: "Leave out EXIF, XMP and text; the colour profile stays.")
  var stripMetadata = false

  @Flag(name: .customLong("strip-gps"), help: "Leave out where pictures were taken.")
  var stripGPS = false

  @Flag(help: "Give outputs the times at which their inputs were changed.")
  var keepTimes = false

  @Flag(inversion: .prefixedNo, help: "Record in outputs how they were made.")
  var embedSettings = true

  @Option(help: "keep transparency, restore it like a picture, or drop it.")
  var alpha = AlphaPolicy.keep

  @Option(
    name: .customLong("color-space"), help: "keep the profile that an input has, or make it srgb.")
  var colourSpace = ColourSpace.keep

  enum ColourSpace: String, ExpressibleByArgument, CaseIterable {
    case keep, srgb
  }

  @Flag(help: "Replace outputs that exist.")
  var overwrite = false

  func validate() throws {
    guard (1...100).contains(quality ?? 95) else { throw ValidationError("--quality is 1 to 100") }
    guard (0...9).contains(compression) else { throw ValidationError("--compression is 0 to 9") }
  }

  func options() throws -> OutputOptions {
    var options = OutputOptions()
    options.format = format?.imageFormat
    options.quality = quality
    options.compression = compression
    options.depth = bitDepth == .auto ? nil : bitDepth == .eight ? .eight : .sixteen
    options.dithers = dither
    options.background = background
    options.stripsMetadata = stripMetadata
    options.stripsLocation = stripGPS
    options.alpha = alpha
    options.convertsToSRGB = colourSpace == .srgb
    return options
  }

  private static func colour(_ text: String) throws -> OutputOptions.Colour {
    let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
    guard digits.count == 6, digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16)
    else { throw ValidationError("--background is RRGGBB in hexadecimal, not '\(text)'") }
    func part(_ shift: UInt32) -> Float { Float(value >> shift & 255) / 255 }
    return OutputOptions.Colour(red: part(16), green: part(8), blue: part(0))
  }
}

extension AlphaPolicy: ExpressibleByArgument {}

import Glibc
import Images
import Paths
import Quality

/// The parts of `make demo` that are not the product's business: making a photo noisy and showing
/// what became of it.
///
///     Demo degrade PHOTO NOISY SIGMA
///     Demo compare PHOTO NOISY RESTORED SIDE-BY-SIDE
@main
enum Demo {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch (arguments.first, arguments.count) {
    case ("degrade"?, 4):
      try degrade(Path(arguments[1]), to: Path(arguments[2]), sigma: arguments[3])
    case ("compare"?, 5):
      let paths = arguments.dropFirst().map { Path($0) }
      try compare(paths[0], paths[1], paths[2], to: paths[3])
    default:
      print("usage: Demo degrade PHOTO NOISY SIGMA | Demo compare PHOTO NOISY RESTORED PICTURE")
      exit(64)
    }
  }

  /// Adds Gaussian noise of a standard deviation given in 8-bit steps, the same on every run.
  private static func degrade(_ path: Path, to output: Path, sigma: String) throws {
    let photo = try Image.read(path)
    guard let deviation = Float(sigma) else { exit(64) }
    let noise = GaussianNoise(seed: 25)
    let samples = photo.samples.enumerated().map { $1 + deviation / 255 * noise[$0] }
    try write(photo.width, photo.height, photo.channels, samples, to: output)
  }

  private static func compare(
    _ photo: Path, _ noisy: Path, _ restored: Path, to output: Path
  ) throws {
    let (original, before) = (try Image.read(photo), try Image.read(noisy))
    let after = try Image.read(restored)
    guard let psnrBefore = psnr(before, original), let psnrAfter = psnr(after, original) else {
      print("the pictures differ in size")
      exit(1)
    }
    print("PSNR before: \(text(psnrBefore)) dB")
    print("PSNR after:  \(text(psnrAfter)) dB")
    let gap = 8
    let samples = sideBySide(before, after, gap: gap)
    try write(2 * before.width + gap, before.height, before.channels, samples, to: output)
    print("side by side: \(output)")
  }

  /// Two pictures of one size with a white strip between them.
  private static func sideBySide(_ left: Image, _ right: Image, gap: Int) -> [Float] {
    let strip = [Float](repeating: 1, count: gap)
    let rows = left.channels.rawValue * left.height
    return (0..<rows).flatMap { row in
      let range = row * left.width..<(row + 1) * left.width
      return left.samples[range] + strip + right.samples[range]
    }
  }

  private static func write(
    _ width: Int, _ height: Int, _ channels: Image.Channels, _ samples: [Float], to path: Path
  ) throws {
    let image = Image(width: width, height: height, channels: channels, samples: samples)
    let encoded = try image.encoded(as: EncodingOptions(format: .png))
    try OutputFile.createDirectory(of: path)
    try OutputFile(path, overwrite: true).write(encoded.bytes)
  }

  private static func text(_ decibels: Double) -> String { "\((decibels * 100).rounded() / 100)" }
}

/// Standard normal numbers that depend on a seed and a position only (SplitMix64, Box-Muller).
private struct GaussianNoise {
  let seed: UInt64

  subscript(position: Int) -> Float {
    let radius = sqrt(-2 * log(1 - uniform(2 * position)))
    return Float(radius * cos(2 * .pi * uniform(2 * position + 1)))
  }

  private func uniform(_ position: Int) -> Double {
    var z = seed &+ (UInt64(position) &+ 1) &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }
}

import Glibc
import Images
import Paths
import Pictures
import Tensors

/// Painted references, kept as PNG files whose names are hashes of everything that decided them.
package struct ReferenceCache: Sendable {
  /// nil keeps nothing.
  private let folder: Path?

  package init(folder: Path?) { self.folder = folder }

  /// A picture that is kept, or painted now and kept for the next time. Either way its values are
  /// rounded to 16 bits, so that both have the same bits.
  /// - Parameter causes: whatever another picture would come of, on one line each.
  /// - Returns: the picture, and why it could not be kept.
  package func picture(
    of causes: [Setting], painting paint: () throws -> Picture
  ) throws -> (picture: Picture, warning: String?) {
    let path = folder.map { $0.appending(Self.name(causes)) }
    if let path, let kept = Self.read(path) { return (kept, nil) }
    let painted = try paint()
    let picture = painted.withSixteenBits
    guard let path else { return (picture, nil) }
    do {
      try Self.write(picture, to: path)
      return (picture, nil)
    } catch {
      return (picture, "the reference image is not kept: \(error)")
    }
  }

  private static func name(_ causes: [Setting]) -> Path {
    let lines = causes.map { "\($0.name) \($0.value)" }.joined(separator: "\n")
    return "\(Digest.of(lines.utf8)).png"
  }

  /// nil for what is not there or damaged; that is painted again.
  private static func read(_ path: Path) -> Picture? {
    guard path.kind == .file, let image = try? Image.read(path), image.channels == .rgb
    else { return nil }
    return Picture(width: image.width, height: image.height, planes: image.samples)
  }

  private static func write(_ picture: Picture, to path: Path) throws {
    var encoding = EncodingOptions(format: .png)
    encoding.compression = 1
    let image = Image(
      width: picture.width, height: picture.height, channels: .rgb, samples: picture.planes,
      depth: .sixteen)
    try OutputFile.createDirectory(of: path)
    StaleFiles.sweep([path.folder])
    try OutputFile(path, overwrite: true).write(try image.encoded(as: encoding).bytes)
  }
}

extension Picture {
  /// What is left of it in a file of 16 bits per sample.
  fileprivate var withSixteenBits: Picture {
    Picture(
      width: width, height: height,
      planes: planes.map { ($0.clamped(to: 0...1) * 65535).rounded(.toNearestOrEven) / 65535 })
  }
}

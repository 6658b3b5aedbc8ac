import Images
import Paths
import Pictures
import Synchronization

/// An image that belongs to another, from a file: a clean one that shows what a degraded one does,
/// or its second view.
package struct ReferenceImage: Sendable {
  package let picture: Picture
  /// SHA-256 of the file.
  package let digest: String
  /// As it is recorded.
  package let setting: Setting

  /// The file of a folder that is called like an image: in a folder there that is called like the
  /// image's own, or else in the folder itself; nil when there is none.
  static func path(for image: Path, in folder: Path) -> Path? {
    let (name, inner) = (image.name, folder.appending(image.folder.name))
    for place in [inner, folder] where place.kind == .folder {
      let names = [name] + Self.endings.map { "\(name.stem).\($0)" }
      if let found = names.map(place.appending).first(where: { $0.kind == .file }) { return found }
    }
    return nil
  }

  /// What an image shows, without what is transparent of it.
  package static func picture(of image: Image) throws(ImageError) -> Picture {
    let encoding = EncodingOptions(format: .png)
    return try LoadedImage(image, OutputOptions(), for: encoding).pictures[0]
  }

  private static let endings: [Path] = {
    let endings: [Path] = ["png", "jpg", "jpeg", "webp", "tif", "tiff", "heic", "avif", "jxl"]
    return endings + endings.map { Path(text: $0.text.uppercased()) }
  }()

  /// - Parameter option: that it was given by.
  /// - Throws: ``LimpidError``, which names the file.
  init(_ path: Path, as option: String) throws(LimpidError) {
    guard let digest = Digest.ofFile(path) else {
      throw LimpidError(.noInput, "\(path): the image cannot be read")
    }
    do {
      picture = try Self.picture(of: try Image.read(path))
    } catch {
      throw LimpidError(error, subject: path)
    }
    self.digest = digest
    setting = Setting(option, "\(path.name) (sha256 \(digest.prefix(16)))")
  }
}

/// Images that belong to those of a run; the last one is kept, since often there is only one.
final class ReferenceImages: Sendable {
  private struct Known {
    let path: Path
    let stamp: Path.Stamp?
    let image: ReferenceImage
  }

  private let option: String
  private let known = Mutex<Known?>(nil)

  /// - Parameter option: that they are given by.
  init(_ option: String) { self.option = option }

  func image(_ path: Path) throws(LimpidError) -> ReferenceImage {
    let stamp = path.stamp
    let found = known.withLock { $0 }
    if let found, found.path == path, found.stamp == stamp { return found.image }
    let image = try ReferenceImage(path, as: option)
    known.withLock { $0 = Known(path: path, stamp: stamp, image: image) }
    return image
  }
}

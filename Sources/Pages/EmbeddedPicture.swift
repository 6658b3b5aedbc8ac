import Foundation
import Images
import Paths
import Pictures

/// A picture as a part of a page.
package struct EmbeddedPicture: Sendable {
  /// A `data:` URL.
  let address: String
  /// What it is called as a file.
  let name: Path

  /// A file as it is where browsers show its format, as a PNG of its first picture otherwise.
  /// - Throws: ``LimpidError`` for what is no picture.
  package init(contentsOf path: Path) throws(LimpidError) {
    do {
      let file = try InputFile.read(path, limit: ImageLimits().fileBytes)
      let image = try Image.decode(file)
      if let type = image.format.flatMap(Self.shownType) {
        (address, name) = (Self.address(file, type), path.name)
      } else {
        let png = try image.encoded(as: EncodingOptions(format: .png))
        (address, name) = (Self.address(png.bytes, "image/png"), path.name.stem + ".png")
      }
    } catch {
      throw LimpidError(error, subject: path)
    }
  }

  /// What browsers call a format that they show.
  private static func shownType(_ format: ImageFormat) -> String? {
    switch format {
    case .png: "image/png"
    case .jpeg: "image/jpeg"
    case .webp: "image/webp"
    case .avif: "image/avif"
    case .tiff, .heic, .jxl, .y4m: nil
    }
  }

  private static func address(_ file: [UInt8], _ type: String) -> String {
    "data:\(type);base64,\(Data(file).base64EncodedString())"
  }
}

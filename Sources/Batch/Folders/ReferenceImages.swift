import Images
import Paths
import Pictures
import Quality

/// What images are measured against.
package struct ReferenceImages: Sendable {
  private let counterparts: Counterparts
  private let options: QualityOptions

  package init(_ counterparts: Counterparts, _ options: QualityOptions) {
    (self.counterparts, self.options) = (counterparts, options)
  }

  /// - Parameter relative: the image's path below the folder that it was found in.
  /// - Throws: ``LimpidError`` when there is no reference of the image's size.
  package func quality(
    of image: Image, called relative: Path
  ) throws(LimpidError) -> QualityReport {
    QualityReport(image, against: try reference(for: image, called: relative), options)
  }

  /// What an image is measured against.
  /// - Parameter relative: the image's path below the folder that it was found in.
  /// - Throws: ``LimpidError`` when there is no reference of the image's size.
  package func reference(
    for image: Image, called relative: Path
  ) throws(LimpidError) -> Image {
    let path = try counterparts.path(for: relative)
    do {
      let reference = try Image.read(path)
      let (own, others) = ((image.width, image.height), (reference.width, reference.height))
      guard own == others else {
        throw LimpidError(
          .failed, "\(path): it has \(others.0)x\(others.1) pixels, \(relative) \(own.0)x\(own.1)")
      }
      return reference
    } catch {
      throw LimpidError(error, subject: path)
    }
  }
}

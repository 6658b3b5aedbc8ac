import Images
import LimpidCommand
import Pictures
import Restoration

/// Pictures that belong to the one that is restored, as files until it is decoded too.
struct GuidePictures: Sendable {
  private let files: [String: [UInt8]]
  private let limits: ImageLimits

  /// Reads the headers.
  /// - Parameter files: by what the command calls them.
  /// - Throws: ``RequestFault`` for one that cannot be read, or is too large.
  init(_ files: [String: [UInt8]], _ limits: ImageLimits) throws(RequestFault) {
    (self.files, self.limits) = (files, limits)
    for (option, file) in files.sorted(by: { $0.key < $1.key }) {
      do {
        _ = try ImageHeader.pages(of: file, all: false, limits: limits)
      } catch {
        throw RequestFault(picture: error, called: option)
      }
    }
  }

  /// What guides restorations, with these pictures.
  func guide(by guides: GuideSources) throws(LimpidError) -> ImageGuide {
    try guides.guide(
      saying: ImageTexts(), showing: try picture("reference-image"),
      beside: try picture("right-view"))
  }

  private func picture(_ option: String) throws(LimpidError) -> Picture? {
    guard let file = files[option] else { return nil }
    do {
      return try ReferenceImage.picture(of: try Image.decode(file, limits: limits))
    } catch {
      throw LimpidError(error, subject: option)
    }
  }
}

import Paths
import Pictures
import Restoration

/// A picture that is restored in several precisions.
struct PrecisionSubject {
  let name: String
  let subject: Subject

  var width: Int { subject.picture.width }
  var height: Int { subject.picture.height }

  private static let side = 128

  /// Those of files, with what guides them as `limpid restore` finds it; without files, generated
  /// ones.
  static func all(
    _ files: [Path], for restorer: Restorer
  ) throws(LimpidError) -> [PrecisionSubject] {
    guard files.isEmpty else {
      return try files.map { path throws(LimpidError) in
        let guide = try restorer.guides.guide(for: path)
        let (seed, picture) = (restorer.seed(ofFile: path), try Picture(contentsOf: path))
        return PrecisionSubject(name: path.text, subject: guide.subject(picture, seed: seed))
      }
    }
    let guide = try restorer.guides.guide(saying: ImageTexts(), showing: nil)
    return DeadLeaves.all.map {
      PrecisionSubject(
        name: $0.name,
        subject: guide.subject($0.picture(side: side), seed: Restorer.defaultSeed))
    }
  }

  /// The same with no more of the picture than its middle, of so many pixels a side.
  func middle(_ side: Int) -> PrecisionSubject {
    let (width, height) = (min(side, width), min(side, height))
    return PrecisionSubject(
      name: name,
      subject: Subject(
        subject.picture.middle(width: width, height: height), seed: subject.seed,
        texts: subject.texts, reference: subject.reference,
        rightView: subject.rightView?.middle(width: width, height: height)))
  }
}

extension Picture {
  /// - Parameters:
  ///   - newWidth: at most the picture's own.
  ///   - newHeight: likewise.
  fileprivate func middle(width newWidth: Int, height newHeight: Int) -> Picture {
    let (left, top) = ((width - newWidth) / 2, (height - newHeight) / 2)
    let rows = (0..<3).flatMap { channel in
      (top..<top + newHeight).flatMap { row in
        let start = (channel * height + row) * width + left
        return planes[start..<start + newWidth]
      }
    }
    return Picture(width: newWidth, height: newHeight, planes: rows)
  }
}

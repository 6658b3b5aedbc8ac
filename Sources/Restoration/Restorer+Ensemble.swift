import Images
import Pictures

/// Restoring a picture in its eight orientations and taking the mean: the self-ensemble of Timofte
/// et al., "Seven Ways to Improve Example-Based Single Image Super Resolution", CVPR 2016.
extension Restorer {
  /// The orientations come one after the other for all subjects, so that sums do not depend on who
  /// shares a batch. What is told of a result besides its pixels is that of the first, and what was
  /// found or painted there holds for all of them.
  static func ensemble(
    _ subjects: [Subject], by system: any RestorationSystem,
    reporting report: (RestorationEvent) throws -> Void
  ) throws(LimpidError) -> [RestoredPicture] {
    let orientations = Orientation.allCases
    let count = Double(orientations.count)
    var results: [RestoredPicture] = []
    for (turn, orientation) in orientations.enumerated() {
      let turned = subjects.enumerated().map { index, subject in
        subject.keeping(to: turn > 0 ? results[index] : nil).upright(from: orientation)
      }
      let restored = try system.restore(turned) { event in
        if case .round = event, turn > 0 { return }
        try report(event.replacing(share: (Double(turn) + event.share) / count))
      }
      let pictures = restored.map { $0.picture.upright(from: orientation.inverse) }
      if turn == 0 {
        results = restored
      } else {
        for i in results.indices {
          results[i].picture = results[i].picture.sum(with: pictures[i])
        }
      }
    }
    for i in results.indices { results[i].picture = results[i].picture.divided(by: Float(count)) }
    return results
  }
}

extension Subject {
  /// - Parameter result: of the picture in its first orientation.
  fileprivate func keeping(to result: RestoredPicture?) -> Subject {
    guard let result else { return self }
    let removed = result.rounds.map(\.report).filter(\.isChange)
    return Subject(
      picture, seed: seed, texts: texts, reference: reference ?? result.reference,
      keepingTo: removed.compactMap { Degradation(rawValue: $0.label) })
  }

  fileprivate func upright(from orientation: Orientation) -> Subject {
    Subject(
      picture.upright(from: orientation), seed: seed, texts: texts,
      reference: reference?.upright(from: orientation), keepingTo: degradations)
  }
}

extension Picture {
  fileprivate func upright(from orientation: Orientation) -> Picture {
    let image = Image(width: width, height: height, channels: .rgb, samples: planes)
      .upright(from: orientation)
    return Picture(width: image.width, height: image.height, planes: image.samples)
  }

  fileprivate func sum(with other: Picture) -> Picture {
    Picture(width: width, height: height, planes: zip(planes, other.planes).map { $0 + $1 })
  }

  fileprivate func divided(by divisor: Float) -> Picture {
    Picture(width: width, height: height, planes: planes.map { $0 / divisor })
  }
}

import Generation
import Pictures
import Tensors

/// Pictures on their way through TextualDegRemoval: each gets a guidance image, then those whose
/// guidance images have one size are restored together.
struct GuidedWork {
  /// Painting takes most of the time.
  private static let paintingShare = 0.9

  let subjects: [Subject]
  /// Whether painted guidance images are handed over too.
  private let keepsReferences: Bool
  private var guidance: [Picture?]
  private var isPainted: [Bool]
  private var warnings: [[String]]
  private var restored: [RestoredPicture?]

  init(_ subjects: [Subject], keepsReferences: Bool) {
    (self.subjects, self.keepsReferences) = (subjects, keepsReferences)
    guidance = subjects.map { _ in nil }
    isPainted = subjects.map { _ in false }
    warnings = subjects.map { _ in [] }
    restored = subjects.map { _ in nil }
  }

  mutating func take(
    _ picture: Picture, for subject: Int, isPainted: Bool = false, warning: String? = nil
  ) {
    guidance[subject] = picture
    self.isPainted[subject] = isPainted
    warnings[subject] += warning.map { [$0] } ?? []
  }

  /// The sizes of guidance images, and whose have them.
  var sizes: [(size: TileSize, subjects: [Int])] {
    var sizes: [(size: TileSize, subjects: [Int])] = []
    for (index, picture) in guidance.enumerated() {
      guard let picture else { continue }
      let size = (picture.width, picture.height)
      if let place = sizes.firstIndex(where: { $0.size == size }) {
        sizes[place].subjects.append(index)
      } else {
        sizes.append((size, [index]))
      }
    }
    return sizes
  }

  /// A picture with its right view, which is cut like it, and its guidance image, which every tile
  /// sees whole.
  func source(_ subject: Int) -> TileSource {
    let operands = guidance[subject].map {
      ["reference_image": HostTensor([1, 3, $0.height, $0.width], $0.planes)]
    }
    return TileSource(
      subjects[subject].picture, seed: subjects[subject].seed,
      maps: subjects[subject].rightView.map { [GuidedPass.rightView: $0] } ?? [:],
      operands: operands ?? [:])
  }

  mutating func finish(_ places: [Int], _ results: [RestoredPicture]) {
    for (place, result) in zip(places, results) { restored[place] = result }
  }

  /// What is told while the guidance image of a picture is painted.
  func event(_ progress: StepProgress, of subject: Int) -> RestorationEvent {
    let part = progress.done / Double(progress.count)
    let share = Self.paintingShare * (Double(subject) + part) / Double(subjects.count)
    return RestorationEvent(progress, of: "painting", share: share)
  }

  /// What the restorer tells of some pictures, among all work.
  func event(_ event: RestorationEvent, of places: [Int]) -> RestorationEvent {
    let before = Double(restored.count { $0 != nil })
    let part = (before + event.share * Double(places.count)) / Double(subjects.count)
    let painted = isPainted.contains(true) ? Self.paintingShare : 0
    let share = painted + (1 - painted) * part
    return if case .tile = event { .tile(share: share) } else { .working(share: share) }
  }

  var restorations: [RestoredPicture] {
    restored.enumerated().compactMap { index, result in
      let painted = isPainted[index] ? guidance[index] : nil
      let kept = keepsReferences ? painted : nil
      return result.map {
        RestoredPicture(
          picture: $0.picture, tile: $0.tile, seed: painted == nil ? nil : subjects[index].seed,
          warnings: warnings[index] + $0.warnings,
          kept: kept.map { [KeptPicture("reference", $0, isState: false)] } ?? [],
          reference: painted)
      }
    }
  }
}

import Glibc
import Images
import Paths
import Pictures

/// Which images the command line's inputs stand for.
package struct InputSearch: Sendable {
  /// Whether folders in folders are searched.
  package var isRecursive = true
  /// Patterns of the shell, of which one must fit an image's relative path or name; all fit when
  /// there is none. `*` also stands for slashes.
  package var include: [Path] = []
  /// Patterns of which none may fit.
  package var exclude: [Path] = []
  /// A folder that is not searched: the outputs', which may lie in the inputs'.
  package var passedOver: Path?

  package init() {}

  /// Everything that a search has met.
  package struct Findings: Sendable {
    package internal(set) var images: [FoundImage] = []
    var lost: [LostImage] = []
    var passedOver: [PassedOver] = []
  }

  /// What is at files, folders and patterns, in the order of `inputs`, that of a folder by relative
  /// path.
  /// - Throws: ``LimpidError`` for an input that does not exist and for one that holds nothing that
  ///   is asked for.
  package func findings(at inputs: [Path]) throws(LimpidError) -> Findings {
    var findings = Findings()
    for input in inputs { try find(input, &findings) }
    return findings
  }

  /// The images of a list, which need not exist: what is missing fails by itself. A list may name
  /// a file twice, in several ways.
  package func findings(listed paths: [Path]) -> Findings {
    var findings = Findings()
    var known: [Path: FoundImage] = [:]
    for image in paths.map(FoundImage.init(listed:)) {
      if !isWanted(image.relative) {
        findings.passedOver.append(PassedOver(image, .excluded))
      } else if let other = known[image.relative], image.isSame(as: other) {
        findings.passedOver.append(PassedOver(image, .repeated))
      } else {
        known[image.relative] = image
        findings.images.append(image)
      }
    }
    return findings
  }

  private func find(_ input: Path, _ findings: inout Findings) throws(LimpidError) {
    switch input.kind {
    case .folder: try find(in: input, &findings)
    case nil:
      let matches = Self.matches(of: input)
      guard !matches.isEmpty else { throw LimpidError(.noInput, "\(input): \(input.obstacle)") }
      for match in matches { try find(match, &findings) }
    default: findings.images.append(FoundImage(named: input))
    }
  }

  private func find(in folder: Path, _ findings: inout Findings) throws(LimpidError) {
    var walk = FolderWalk(search: self, from: folder)
    walk.search(folder, below: "")
    guard !walk.images.isEmpty || !walk.lost.isEmpty else {
      let counts = walk.passedOver.counts.map { "; passed over: \($0)" } ?? ""
      throw LimpidError(
        .noInput, "\(folder): the folder holds no images that are asked for\(counts)")
    }
    findings.images += walk.images.sorted { $0.relative < $1.relative }
    findings.lost += walk.lost
    findings.passedOver += walk.passedOver
  }

  func isWanted(_ relative: Path) -> Bool {
    func fits(_ pattern: Path) -> Bool {
      fnmatch(pattern.cString, relative.cString, 0) == 0
        || fnmatch(pattern.cString, relative.name.cString, 0) == 0
    }
    return (include.isEmpty || include.contains(where: fits)) && !exclude.contains(where: fits)
  }

  /// What a pattern of the shell stands for, in order.
  private static func matches(of pattern: Path) -> [Path] {
    guard pattern.bytes.contains(where: Array("*?[".utf8).contains) else { return [] }
    var result = glob_t()
    defer { globfree(&result) }
    guard glob(pattern.cString, 0, nil, &result) == 0, let paths = result.gl_pathv else {
      return []
    }
    return (0..<Int(result.gl_pathc)).compactMap { paths[$0].map { Path(cString: $0) } }
  }
}

extension InputSearch.Findings {
  static func + (first: Self, second: Self) -> Self {
    var sum = first
    sum.images += second.images
    sum.lost += second.lost
    sum.passedOver += second.passedOver
    return sum
  }

  /// Takes the images of a part, of which there may be a limit.
  mutating func choose(_ shard: Shard, _ limit: Int?) {
    images = images.filter { shard.contains($0.relative) }
    lost = lost.filter { shard.contains($0.relative) }
    passedOver = passedOver.filter { shard.contains($0.relative) }
    guard let limit, images.count > limit else { return }
    passedOver += images[limit...].map { PassedOver($0, .superfluous) }
    images = Array(images[..<limit])
  }
}

import Pictures

extension Folder {
  /// Tells the folder's contents from others: a hash of what its bundle says of them, or of the
  /// names, sizes and times of its files where it has no bundle.
  package var fingerprint: String {
    let lines = contents.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    return Digest.of(lines.joined(separator: "\n").utf8)
  }

  private var contents: [String: String] {
    if let listed { return listed }
    var (found, waiting) = ([String: String](), [(path, depth: 0)])
    while let (folder, depth) = waiting.popLast() {
      for entry in folder.entries ?? [] {
        let place = folder.appending(entry)
        if place.kind == .folder {
          // Deeper than models are; a link that leads back up ends here.
          if depth < 3 { waiting.append((place, depth + 1)) }
        } else if let stamp = place.stamp {
          found[place.text] = "\(stamp.size) \(stamp.modified)"
        }
      }
    }
    return found
  }
}

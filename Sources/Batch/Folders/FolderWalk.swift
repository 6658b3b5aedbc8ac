import Glibc
import Images
import Paths

/// A folder as it is searched: whatever is met ends up in one of three lists.
struct FolderWalk {
  private let search: InputSearch
  private let outputs: Path.Identity?
  private var visited: Set<Path.Identity> = []
  private(set) var images: [FoundImage] = []
  private(set) var lost: [LostImage] = []
  private(set) var passedOver: [PassedOver] = []

  init(search: InputSearch, from folder: Path) {
    self.search = search
    let outputs = search.passedOver?.identity
    self.outputs = outputs == folder.identity ? nil : outputs
  }

  /// A folder that links make reachable twice is searched once.
  mutating func search(_ folder: Path, below prefix: Path) {
    let identity = folder.identity
    guard outputs == nil || identity != outputs else {
      passedOver.append(PassedOver(folder, prefix, .outputs))
      return
    }
    guard let identity, visited.insert(identity).inserted else {
      passedOver.append(PassedOver(folder, prefix, .searched))
      return
    }
    guard let names = folder.entries else {
      let reason = String(cString: strerror(errno))
      lost.append(LostImage(folder, prefix, "the folder cannot be read: \(reason)"))
      return
    }
    for name in names.sorted() { meet(folder.appending(name), prefix.appending(name)) }
  }

  private mutating func meet(_ path: Path, _ relative: Path) {
    guard !path.name.isHidden else {
      passedOver.append(PassedOver(path, relative, .hidden))
      return
    }
    switch path.kind {
    case .folder where search.isRecursive: search(path, below: relative)
    case .folder: passedOver.append(PassedOver(path, relative, .inner))
    case let kind: meet(path, relative, isThere: kind != nil)
    }
  }

  /// - Parameter isThere: whether it can be looked at; if not, what has no ending may be a folder.
  private mutating func meet(_ path: Path, _ relative: Path, isThere: Bool) {
    if let reason = UnreadPictures.reason(for: path.name) {
      passedOver.append(PassedOver(path, relative, .unread(reason)))
    } else if ImageFormat(forOutput: path.name) == nil, isThere || !path.name.ending.isEmpty {
      passedOver.append(PassedOver(path, relative, .noPicture))
    } else if !search.isWanted(relative) {
      passedOver.append(PassedOver(path, relative, .excluded))
    } else if isThere {
      images.append(FoundImage(path, relative))
    } else {
      lost.append(LostImage(path, relative, path.obstacle))
    }
  }
}

import Foundation
import Images
import Paths

/// A folder that vanishes with its last reference.
final class TemporaryFolder {
  let url = FileManager.default.temporaryDirectory
    .appendingPathComponent("limpid-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  func write(_ bytes: [UInt8], _ name: String) throws {
    try Data(bytes).write(to: url.appendingPathComponent(name))
  }

  func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: url.appendingPathComponent(name)))
  }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      at: url.appendingPathComponent(name), withIntermediateDirectories: false)
  }

  /// Every file below, hidden ones included, in order.
  var files: [String] {
    let found = FileManager.default.enumerator(atPath: url.path)?.allObjects ?? []
    return found.compactMap { $0 as? String }.sorted()
  }

  /// The relative paths of what is below a folder, but for folders and ledgers.
  func images(in folder: String) -> [String] {
    files.filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.count + 1)) }
      .filter { name in
        var isFolder = ObjCBool(false)
        _ = FileManager.default.fileExists(
          atPath: path("\(folder)/\(name)"), isDirectory: &isFolder)
        return !isFolder.boolValue && !name.hasPrefix(".limpid-run")
      }
  }

  func write(_ image: Image, _ name: String) throws {
    let format = ImageFormat(forOutput: Path(name)) ?? .png
    try write(try image.encoded(as: EncodingOptions(format: format)).bytes, name)
  }

  func image(_ name: String) throws -> Image { try Image.read(Path(path(name))) }
}

import Foundation
import Limpid

extension Picture {
  /// A gradient under noise.
  static func noisy(_ width: Int, _ height: Int, seed: Int = 0) -> Picture {
    let planes = (0..<3 * width * height).map { index -> Float in
      let noise = Float((index + seed) * 7919 % 1009) / 1009 - 0.5
      return 0.3 + 0.4 * Float(index % width) / Float(width) + 0.3 * noise
    }
    return Picture(width: width, height: height, planes: planes)
  }

  /// The mean distance of neighbours in a row.
  var roughness: Float {
    let distances = planes.indices.filter { $0 % width > 0 }.map {
      abs(planes[$0] - planes[$0 - 1])
    }
    return distances.reduce(0, +) / Float(distances.count)
  }
}

/// A folder that vanishes with its last reference.
final class Folder {
  private let url = FileManager.default.temporaryDirectory
    .appending(path: "limpid-api-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func file(_ name: String) -> URL { url.appending(path: name) }
}

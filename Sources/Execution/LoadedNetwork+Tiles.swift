import Pictures
import Tensors

extension LoadedNetwork {
  /// Results of the network for an operand (1, C, H, W), put together from those for tiles of it.
  /// - Parameters:
  ///   - scales: rows of the operand and of the results for one of the map that is cut.
  ///   - tiling: of that map; nil for all of it at once.
  package func results(
    _ names: [String], of operand: String, _ source: HostTensor,
    scales: (operand: Int, result: Int) = (1, 1), _ tiling: Tiling?
  ) throws -> [HostTensor] {
    guard let tiling else { return try results(names, of: operand, source) }
    let canvas = TileCanvas(source)
    let (height, width) = (
      source.shape[2] / scales.operand * scales.result,
      source.shape[3] / scales.operand * scales.result
    )
    let (seen, made) = (tiling.scaled(by: scales.operand), tiling.scaled(by: scales.result))
    var targets: [TileCanvas] = []
    for (tile, target) in zip(seen.tiles, made.tiles) {
      let part = TileCanvas.cut([(canvas, tile)])
      let parts = try results(names, of: operand, part)
      if targets.isEmpty {
        targets = parts.map { TileCanvas(blank: $0.shape[1], width, height) }
      }
      for (index, part) in parts.enumerated() {
        targets[index].blend(part, of: target, ramp: made.ramp)
      }
    }
    return targets.map(\.tensor)
  }

  private func results(
    _ names: [String], of operand: String, _ source: HostTensor
  ) throws -> [HostTensor] {
    let results = try run([operand: source])
    return try names.map { name in
      guard let result = results[name] else { throw LimpidError(.failed, "there is no \(name)") }
      return result
    }
  }
}

extension TileCanvas {
  /// Of an image (1, C, H, W).
  fileprivate init(_ image: HostTensor) {
    self.init(image.shape[1], image.shape[3], image.shape[2], image.floats)
  }

  fileprivate var tensor: HostTensor { HostTensor([1, channels, height, width], planes) }
}

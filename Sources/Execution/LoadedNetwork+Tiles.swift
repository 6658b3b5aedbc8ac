import Pictures
import Tensors

extension LoadedNetwork {
  /// Results of the network for an operand (N, C, H, W), put together from those for tiles of it:
  /// each tile of all images at once.
  /// - Parameters:
  ///   - scales: rows of the operand and of the results for one of the map that is cut.
  ///   - tiling: of that map; nil for all of it at once.
  package func results(
    _ names: [String], of operand: String, _ source: HostTensor,
    scales: (operand: Int, result: Int) = (1, 1), _ tiling: Tiling?
  ) throws -> [HostTensor] {
    guard let tiling else { return try results(names, of: operand, source) }
    let canvases = (0..<source.shape[0]).map { TileCanvas(source.outermost($0)) }
    let (height, width) = (
      source.shape[2] / scales.operand * scales.result,
      source.shape[3] / scales.operand * scales.result
    )
    let (seen, made) = (tiling.scaled(by: scales.operand), tiling.scaled(by: scales.result))
    var targets: [[TileCanvas]] = []
    for (tile, target) in zip(seen.tiles, made.tiles) {
      let parts = try results(names, of: operand, TileCanvas.cut(canvases.map { ($0, tile) }))
      if targets.isEmpty {
        targets = parts.map { part in
          canvases.map { _ in TileCanvas(blank: part.shape[1], width, height) }
        }
      }
      for (index, part) in parts.enumerated() {
        for image in canvases.indices {
          targets[index][image].blend(part, at: image, of: target, ramp: made.ramp)
        }
      }
    }
    return targets.map { HostTensor.stacking($0.map(\.tensor)) }
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

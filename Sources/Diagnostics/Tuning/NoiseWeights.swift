import Generation
import IR
import Tensors

/// Small seeded noise for every parameter of a network, where only its time matters; made when a
/// parameter is asked for, so that those of large networks are never all there at once.
struct NoiseWeights: WeightSource {
  private let shapes: [String: Shape]
  private let noise: SeededNoise

  init(_ manifest: Manifest, seed: Int) {
    shapes = Dictionary(
      manifest.entries.map { ($0.path, $0.shape) }, uniquingKeysWith: { first, _ in first })
    noise = SeededNoise(seed: seed)
  }

  func tensor(_ path: String) throws -> HostTensor {
    guard let shape = shapes[path] else { return try NoWeights().tensor(path) }
    let values = noise.tensor(path, shape).floats
    return HostTensor(shape) { elements in
      for index in elements.indices { elements[index] = (values[index] - 0.5) / 16 }
    }
  }
}

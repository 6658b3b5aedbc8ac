import Generation
import IR
import Tensors

/// Small seeded noise for every parameter of a graph, where only its time matters.
struct NoiseWeights: WeightSource {
  private let tensors: [String: HostTensor]

  init(_ graph: Graph, seed: Int) {
    let noise = SeededNoise(seed: seed)
    tensors = Dictionary(
      graph.manifest.entries.map { entry in
        let values = noise.tensor(entry.path, entry.shape).floats
        return (entry.path, HostTensor(entry.shape, values.map { ($0 - 0.5) / 16 }))
      }, uniquingKeysWith: { first, _ in first })
  }

  func tensor(_ path: String) throws -> HostTensor {
    guard let tensor = tensors[path] else { return try NoWeights().tensor(path) }
    return tensor
  }
}

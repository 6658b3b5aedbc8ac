import IR
import Tensors

/// Operands of uniform noise that depends on a seed and the operand's name only.
package struct SeededNoise: Sendable {
  private let seed: UInt64

  package init(seed: Int) { self.seed = UInt64(bitPattern: Int64(seed)) }

  /// Operands for every input of a graph, in [0, 1).
  package func operands(for graph: Graph) -> [String: HostTensor] {
    Dictionary(uniqueKeysWithValues: graph.inputs.map { ($0.name, tensor($0.name, $0.shape)) })
  }

  /// SplitMix64 by counter, from the hash of the name (FNV-1a) and the seed.
  package func tensor(_ name: String, _ shape: Shape) -> HostTensor {
    let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return HostTensor(shape) { elements in
      for index in elements.indices {
        var z = (hash ^ seed) &+ (UInt64(index) &+ 1) &* 0x9e37_79b9_7f4a_7c15
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        elements[index] = Float((z ^ (z >> 31)) >> 40) * 0x1p-24
      }
    }
  }
}

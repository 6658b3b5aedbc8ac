import Glibc
import Tensors

/// Numbers that depend on a seed and a position only (SplitMix64 by counter), the same on every
/// machine and in any order.
package struct SeededStream: Sendable {
  private let seed: UInt64

  package init(seed: UInt64) { self.seed = seed }

  /// The stream of a name (FNV-1a).
  package init(named name: String) {
    seed = name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0100_0000_01b3 }
  }

  package func bits(_ position: Int) -> UInt64 {
    var z = seed &+ (UInt64(bitPattern: Int64(position)) &+ 1) &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// In [0, 1), a multiple of 2^-53.
  package func uniform(_ position: Int) -> Double { Double(bits(position) >> 11) * 0x1p-53 }

  /// Standard normal (Box-Muller).
  package func normal(_ position: Int) -> Double {
    let radius = sqrt(-2 * log(1 - uniform(2 * position)))
    return radius * cos(2 * .pi * uniform(2 * position + 1))
  }

  /// A float32 tensor whose elements follow a distribution.
  package func tensor(_ shape: Shape, _ values: Values) -> HostTensor {
    HostTensor(shape) { elements in
      for index in elements.indices {
        switch values {
        case .normal(let mean, let deviation):
          elements[index] = Float(mean + deviation * normal(index))
        case .uniform(let range):
          let width = range.upperBound - range.lowerBound
          elements[index] = Float(range.lowerBound + width * uniform(index))
        case .indices(let count):
          elements[index] = Float(Int(uniform(index) * Double(count)))
        }
      }
    }
  }
}

/// How the elements of a random operand are distributed.
package enum Values: Hashable, Sendable {
  case normal(mean: Double, deviation: Double)
  case uniform(ClosedRange<Double>)
  /// Whole numbers from zero.
  case indices(below: Int)

  /// Feature maps: not centred, so that a forgotten mean or border shows.
  package static let activation = Values.normal(mean: 0.3, deviation: 1)
  /// Zeros and ones.
  package static let bits = Values.indices(below: 2)
  /// Safe to divide by and to take roots of.
  package static let positive = Values.uniform(0.5...2)

  /// Parameters of a layer: filters that keep the magnitude of their input and are not centred
  /// either; gains, biases and scales around one half.
  package static func parameter(_ shape: Shape) -> Values {
    guard shape.extents.count(where: { $0 > 1 }) > 1 else {
      return .normal(mean: 0.5, deviation: 0.3)
    }
    let fanIn = Double(shape.count / shape[0])
    return .normal(mean: 0.2 / fanIn.squareRoot(), deviation: 1 / fanIn.squareRoot())
  }
}

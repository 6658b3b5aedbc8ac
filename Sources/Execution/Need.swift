import IR

/// What work takes of a device.
package struct Need: Hashable, Sendable {
  /// Of device memory at the highest; 0 for the reference.
  package let bytes: Int
  /// Floating-point operations.
  package let flops: Double

  package init(bytes: Int, flops: Double) {
    self.bytes = bytes
    self.flops = flops
  }

  package static let none = Need(bytes: 0, flops: 0)

  /// Of works whose networks lie beside each other on the device.
  package static func beside(_ needs: [Need]) -> Need {
    needs.reduce(.none) { Need(bytes: $0.bytes + $1.bytes, flops: $0.flops + $1.flops) }
  }

  /// Of works that make room for each other.
  package static func inTurn(_ needs: [Need]) -> Need {
    needs.reduce(.none) { Need(bytes: max($0.bytes, $1.bytes), flops: $0.flops + $1.flops) }
  }

  /// Of the same work so often, one after the other.
  package func times(_ count: Int) -> Need { Need(bytes: bytes, flops: flops * Double(count)) }
}

extension Engine {
  /// What an evaluation of a graph takes; nothing is allocated.
  package func need(of graph: Graph) throws -> Need {
    Need(bytes: try footprint(of: graph).bytes, flops: Double(graph.flops))
  }
}

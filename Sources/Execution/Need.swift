import IR

/// What work takes of a device.
package struct Need: Hashable, Sendable {
  /// Of device memory at the highest; 0 for the reference.
  package let bytes: Int
  /// Of the largest single allocation.
  package let largestAllocation: Int
  /// Floating-point operations.
  package let flops: Double

  package init(_ footprint: Footprint, flops: Double) {
    self.init(
      bytes: footprint.bytes, largestAllocation: footprint.largestAllocation, flops: flops)
  }

  private init(bytes: Int, largestAllocation: Int, flops: Double) {
    (self.bytes, self.largestAllocation, self.flops) = (bytes, largestAllocation, flops)
  }

  package static let none = Need(.none, flops: 0)

  /// Of works whose networks lie beside each other on the device.
  package static func beside(_ needs: [Need]) -> Need { needs.reduce(.none) { $0.joined($1, +) } }

  /// Of works that make room for each other.
  package static func inTurn(_ needs: [Need]) -> Need {
    needs.reduce(.none) { $0.joined($1, max) }
  }

  private func joined(_ other: Need, _ together: (Int, Int) -> Int) -> Need {
    Need(
      bytes: together(bytes, other.bytes),
      largestAllocation: max(largestAllocation, other.largestAllocation),
      flops: flops + other.flops)
  }

  /// Of the same work so often, one after the other.
  package func times(_ count: Int) -> Need {
    Need(bytes: bytes, largestAllocation: largestAllocation, flops: flops * Double(count))
  }

  /// Of work on `count` pictures, when this is that on so many which are run together.
  package func forWork(on count: Int, together batch: Int) -> Need {
    Need(footprint, flops: flops * Double(count) / Double(batch))
  }

  /// What plans hold.
  package var footprint: Footprint {
    Footprint(bytes: bytes, largestAllocation: largestAllocation)
  }
}

extension Engine {
  /// What an evaluation of a graph takes; nothing is allocated.
  package func need(of graph: Graph) throws -> Need {
    Need(try footprint(of: graph), flops: Double(graph.flops))
  }
}

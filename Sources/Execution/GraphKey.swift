import Diffusion
import Tensors

/// What a graph depends on besides its network.
package struct GraphKey: Hashable, Sendable {
  /// Of the operands.
  package let shapes: [String: Shape]
  /// Of the sampler around the network; nil for the network alone.
  package let layout: StepLayout?

  package init(_ shapes: [String: Shape], layout: StepLayout? = nil) {
    self.shapes = shapes
    self.layout = layout
  }
}

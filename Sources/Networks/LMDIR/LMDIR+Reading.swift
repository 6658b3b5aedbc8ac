extension LMDIR {
  /// How the points are understood that the paper leaves open. The literal reading of its
  /// equations is ``literal``.
  package struct Reading: Hashable, Sendable {
    /// Whether the blocks keep Restormer's norms, which equations 8 to 29 leave out; without them
    /// the ablation's base is not Restormer.
    package var keepsNorms = true
    /// Whether the content-aware block adds its operand to the feed-forward network's result
    /// (equation 16 does not, equation 25 of its sibling does).
    package var contentIsResidual = true
    /// What similarities with content are multiplied with; equation 18 has no factor.
    package var contentScale: Float = 1
    /// Over what the local reference attention's softmax runs: the channels of a pixel, or all
    /// pixels of a channel, which would depend on the image's size.
    package var localSoftmax = SoftmaxAxis.channels
    /// Whether scales and gates are 1 plus what is predicted.
    package var scalesAroundOne = false
    /// Whether the prompt encoder normalizes in front of its attentions and its feed-forward
    /// network and adds their operands (equations 1 to 7 do neither).
    package var promptHasResiduals = true

    /// Whether the prompt encoder projects what its attentions and its feed-forward network give,
    /// adds biases and divides similarities by the root of a head's width (equations 1 to 7 do
    /// none of it).
    package var promptProjects = true

    package enum SoftmaxAxis: String, Hashable, Sendable { case channels, pixels }

    package init() {}

    /// The equations as they are printed.
    package static var literal: Reading {
      var reading = Reading()
      reading.keepsNorms = false
      reading.contentIsResidual = false
      reading.localSoftmax = .pixels
      reading.promptHasResiduals = false
      reading.promptProjects = false
      return reading
    }
  }
}

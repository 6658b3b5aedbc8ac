import IR

/// Nodes that one step computes without writing anything in between.
struct Group {
  enum Anchor {
    /// A convolution with what is folded into its operand and into its store.
    case convolution(Fold)
    /// Attention between channels and the 1x1 convolution that projects it.
    case channelAttention(ChannelAttention)
    /// A mixture of channels within windows and the 1x1 convolution that projects it.
    case windowMixture(Graph.Value)
    /// Nothing but the chain, on the value `source`.
    case elementwise
    /// A node that is computed on its own.
    case other
  }

  /// What a convolution absorbs besides the chain that follows it.
  struct Fold {
    /// A normalization over the channels of the operand.
    var normalization: RowNormalization?
    /// Elementwise ops on the operand.
    var prologue = Chain()
    /// The halves of the result multiplied with each other.
    var gate: Gate?
    /// Depth to space on the result; 1 for none.
    var shuffle = 1
    /// Enlargement of the operand by repeating every pixel; 1 for none.
    var upsample = 1
    /// Other convolutions of the same operand, over single pixels, that the same step computes.
    var mates: [Graph.Value] = []
  }

  /// Rows of the operand by their deviation.
  struct RowNormalization {
    let node: Graph.Value
    let centring: NormalizationKernel.Centring
    let epsilon: Float
  }

  /// first(x) * second(y) on the two halves of the channels.
  struct Gate: Hashable {
    var first: Unary?
    var second: Unary?
  }

  var anchor: Anchor
  /// The node that gives the group its meaning: the convolution, the op, or the chain's start.
  let node: Graph.Value
  /// The value that flows in: operand 0 after everything absorbed.
  var source: Graph.Value
  var chain = Chain()
  /// The value that the group writes.
  var result: Graph.Value
}

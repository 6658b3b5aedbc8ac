import IR

/// How SwinIR and what came of it make an image out of features.
package enum Reconstruction: Hashable, Sendable {
  /// By one layer, an image of the same size ("").
  case plain
  /// By one layer and a pixel shuffle ("pixelshuffledirect").
  case direct(scale: Int)
  /// By a layer and a pixel shuffle for each of `factors` ("pixelshuffle").
  case shuffled(features: Int, factors: [Int])
  /// By repeating pixels and a layer for each time that sides are doubled ("nearest+conv").
  case nearest(features: Int, doublings: Int)

  var scale: Int {
    switch self {
    case .plain: 1
    case .direct(let scale): scale
    case .shuffled(_, let factors): factors.reduce(1, *)
    case .nearest(_, let doublings): 1 << doublings
    }
  }

  /// The name in the official code.
  var name: String {
    switch self {
    case .plain: ""
    case .direct: "pixelshuffledirect"
    case .shuffled: "pixelshuffle"
    case .nearest: "nearest+conv"
    }
  }

  /// An image of `channels` of features; that of ``plain`` is what is to be added to the image.
  func callAsFunction(_ x: Tensor, _ w: Weights, to channels: Int) -> Tensor {
    switch self {
    case .plain:
      return x.conv(w.conv_last, to: channels, kernel: 3)
    case .direct(let scale):
      return x.conv(w.upsample[0], to: channels * scale * scale, kernel: 3).shuffled(scale)
    case .shuffled(let features, let factors):
      let narrow = x.conv(w.conv_before_upsample[0], to: features, kernel: 3).leakyRelu(0.01)
      return factors.enumerated().reduce(narrow) { x, next in
        x.conv(w.upsample[2 * next.offset], to: features * next.element * next.element, kernel: 3)
          .shuffled(next.element)
      }.conv(w.conv_last, to: channels, kernel: 3)
    case .nearest(let features, let doublings):
      let narrow = x.conv(w.conv_before_upsample[0], to: features, kernel: 3).leakyRelu(0.01)
      return (0..<doublings).reduce(narrow) { x, index in
        x.enlarged(2).conv(w["conv_up\(index + 1)"], to: features, kernel: 3).leakyRelu(0.2)
      }.conv(w.conv_hr, to: features, kernel: 3).leakyRelu(0.2)
        .conv(w.conv_last, to: channels, kernel: 3)
    }
  }
}

/// The layers between a group's blocks, or the last group, and what they are added to.
package enum Junction: String, Hashable, Sendable {
  case single = "1conv"
  case triple = "3conv"

  func callAsFunction(_ x: Tensor, _ w: Weights) -> Tensor {
    switch self {
    case .single:
      return x.conv(w, to: x.channels, kernel: 3)
    case .triple:
      let narrow = max(x.channels / 4, 1)
      return x.conv(w[0], to: narrow, kernel: 3).leakyRelu(0.2)
        .conv(w[2], to: narrow).leakyRelu(0.2).conv(w[4], to: x.channels, kernel: 3)
    }
  }
}

extension CheckpointReader {
  /// How an image of `channels` is made.
  mutating func reconstruction(channels: Int) throws(Refusal) -> Reconstruction {
    let before = "conv_before_upsample.0.weight"
    guard holds(before) else {
      guard holds("upsample.0.weight") else { return .plain }
      return .direct(
        scale: try factor(of: "upsample.0.weight", channels: channels, as: "upscale"))
    }
    let features = try extent(0, of: before, rank: 4, as: "num_feat")
    var doublings = 0
    while holds("conv_up\(doublings + 1).weight") { doublings += 1 }
    guard doublings == 0 else {
      guard doublings < 5 else { throw refusal("conv_up\(doublings).weight", "is one too many") }
      return .nearest(features: features, doublings: doublings)
    }
    var factors: [Int] = []
    while factors.count < 5, holds("upsample.\(2 * factors.count).weight") {
      factors.append(
        try factor(of: "upsample.\(2 * factors.count).weight", channels: features, as: "upscale"))
    }
    return .shuffled(features: features, factors: factors)
  }

  /// Which layers follow the last group.
  mutating func junction() -> Junction {
    has("conv_after_body.weight", as: "resi_connection 1conv") ? .single : .triple
  }

  /// Blocks and heads of the groups `layers.0`, `layers.1`, ...
  /// - Parameters:
  ///   - blocks: a group's blocks, by their path in it.
  ///   - table: a tensor of the group with a column for each head.
  mutating func groups(
    blocks: String, table: String
  ) throws(Refusal) -> (depths: [Int], heads: [Int]) {
    var (depths, heads): ([Int], [Int]) = ([], [])
    for index in 0..<(try count(of: "layers", in: 1...100, as: "groups")) {
      depths.append(try count(of: "layers.\(index).\(blocks)", in: 1...100, as: "depth"))
      heads.append(try extent(1, of: "layers.\(index).\(table)", rank: 2, as: "num_heads"))
    }
    return (depths, heads)
  }

  /// The side of windows whose bias the rows of table `key` are: all offsets in both directions.
  mutating func window(
    of key: String, as name: String
  ) throws(Refusal) -> Int {
    let rows = try extent(0, of: key, rank: 2, as: "\(name): offsets")
    guard let side = (1...128).first(where: { (2 * $0 - 1) * (2 * $0 - 1) == rows }) else {
      throw refusal(key, "has \(rows) rows, not one for each offset in a square")
    }
    return side
  }
}

import IR
import Tensors

extension Lowering {
  /// Convolutions in a row: band by band where what lies between them is large.
  func lower(_ chain: BandChain) throws {
    guard let bands = bands(of: chain) else {
      for group in chain.members { try lower(group) }
      return
    }
    try takingTurns {
      var operand: Storage?
      for (index, group) in chain.members.enumerated() {
        var member = BandMember(bands: bands, operand: operand)
        if index < chain.members.count - 1 {
          let lines = index == 0 ? bands.ring : bands.lines
          member.result = allocate(byteCount: lines * lineBytes(of: group))
        }
        try lowerMember(group, member)
        operand = member.result
      }
    }
  }

  private func lowerMember(_ group: Group, _ member: BandMember) throws {
    if group.isPointwise(in: graph) {
      try lowerPointwise(group, group.fold, member)
    } else if let (op, weight) = group.convolution(in: graph) {
      try lowerDepthwise(group, group.fold, op, weight, member)
    }
  }

  /// How an image is cut; nil when it stays whole. Looks at one image, never at the batch.
  private func bands(of chain: BandChain) -> Bands? {
    let shape = graph[chain.members[0].result].shape
    let bytes = chain.members.dropLast().reduce(0) { $0 + lineBytes(of: $1) }
    let lines = target.bandLines ?? CPUTuning.bandLines(of: shape[2], bytes: bytes, target)
    guard lines < shape[2] else { return nil }
    let (op, weight) = chain.members[1].convolution(in: graph)!
    let seen = op.dilation * (weight[2] - 1)
    return Bands(
      images: shape[0], height: shape[2], width: shape[3], lines: lines, above: op.padding.top,
      below: seen - op.padding.top)
  }

  /// Bytes of a line of a group's result.
  private func lineBytes(of group: Group) -> Int {
    let placement = resultPlacement(of: group)
    return placement.shape[3] * placement.lanes * target.dtype.byteCount
  }
}

extension BandMember {
  /// The lines that a matrix product computes in each pass.
  private var lines: [Range<Int>] {
    bands.all.map { result == nil ? $0.lines : $0.fresh }
  }

  /// Rows of a matrix product in each pass.
  var rows: [Int] { lines.map { $0.count * bands.width } }

  /// What a matrix product is told of the bands.
  var productArguments: [(name: String, value: Argument)] {
    let starts = zip(bands.all, lines).map { bands.pixel($1.lowerBound, of: $0) }
    let slots = lines.map { $0.lowerBound % bands.ring * bands.width }
    let isRing = result != nil
    return [
      ("band", .eachPass(starts)), ("x_row", isRing ? .int(0) : .eachPass(starts)),
      ("slot", .eachPass(isRing ? slots : starts)),
      ("ring", .int(isRing ? bands.ring * bands.width : Self.endless)),
    ]
  }

  /// What a matrix product over whole images is told.
  static var wholeProduct: [(name: String, value: Argument)] {
    [("band", .int(0)), ("x_row", .int(0)), ("slot", .int(0)), ("ring", .int(endless))]
  }

  /// Rows that no result has.
  private static let endless = Int(Int32.max)

  /// What a depthwise convolution is told of the bands.
  var depthwiseArguments: [(name: String, value: Argument)] {
    let all = bands.all
    let first = all.map { result == nil ? 0 : $0.image * bands.height + $0.lines.lowerBound }
    return [
      ("image", .eachPass(all.map(\.image))),
      ("line_begin", .eachPass(all.map(\.lines.lowerBound))),
      ("line_end", .eachPass(all.map(\.lines.upperBound))), ("ring", .int(bands.ring)),
      ("x_image", .eachPass(all.map(\.image))), ("y_line", .eachPass(first)),
    ]
  }

  /// What a depthwise convolution over whole images is told.
  static func wholeDepthwise(
    lines: Int, sourceLines: Int
  ) -> [(name: String, value: Argument)] {
    [
      ("image", .int(0)), ("line_begin", .int(0)), ("line_end", .int(lines)),
      ("ring", .int(sourceLines)), ("x_image", .int(0)), ("y_line", .int(0)),
    ]
  }
}

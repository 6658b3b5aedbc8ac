import Tensors

/// Which output channel each column of a packed weight matrix computes.
///
/// Columns come in panels of whole vectors. Without a gate they follow the lanes of the result.
/// With a gate a panel holds vectors of the first half of the channels, then the vectors of the
/// second half that belong to the same result lanes. With a pixel shuffle the columns come in
/// blocks, one for each pixel (dy, dx) of the result, each with the lanes of the result.
struct ColumnMap {
  /// What distinguishes this map from others of the same weights.
  let name: String
  /// One for each packed column; nil for padding.
  let channels: [Int?]
  let panelColumns: Int

  var panels: Int { channels.count / panelColumns }

  /// - Parameters:
  ///   - result: where the result of the store lies: after the gate and the shuffle.
  ///   - panelVectors: vectors in a panel.
  init(result: Placement, isGated: Bool, shuffle: Int, panelVectors: Int) {
    let width = Placement.vectorWidth
    let lanes = Self.laneChannels(result)
    let vectors = stride(from: 0, to: lanes.count, by: width).map { Array(lanes[$0..<$0 + width]) }
    var columns: [[Int?]] = []
    if isGated {
      let half = max(panelVectors / 2, 1)
      for start in stride(from: 0, to: vectors.count, by: half) {
        let members = (start..<start + half).map {
          $0 < vectors.count ? vectors[$0] : [Int?](repeating: nil, count: width)
        }
        columns += members
        columns += members.map { $0.map { $0.map { $0 + result.channels } } }
      }
    } else {
      let area = shuffle * shuffle
      for pixel in 0..<area {
        columns += vectors.map { $0.map { $0.map { $0 * area + pixel } } }
      }
      while !columns.count.isMultiple(of: panelVectors) {
        columns.append([Int?](repeating: nil, count: width))
      }
    }
    name = "\(result.form) gate \(isGated) shuffle \(shuffle) vectors \(panelVectors)"
    channels = columns.flatMap { $0 }
    panelColumns = panelVectors * width
  }

  /// The channel in each lane; nil for padding.
  private static func laneChannels(_ placement: Placement) -> [Int?] {
    var lanes = [Int?](repeating: nil, count: placement.lanes)
    for channel in 0..<placement.channels { lanes[placement.lane(of: channel)] = channel }
    return lanes
  }

  /// A vector of channels (a bias), in column order, padded with zeros.
  func pack(_ vector: Elements, into target: PackedElements) {
    for (column, channel) in channels.enumerated() {
      target[column] = channel.map { vector[$0] } ?? 0
    }
  }

  /// Where the weights of a convolution go: [panel][tap][depth][column], or [panel][depth][tap]
  /// [column].
  struct Filters {
    let map: ColumnMap
    let inputs: Int
    let taps: Int
    let depth: Int
    /// From a tap's element to the next tap's.
    let tapStride: Int
    private let depthStride: Int
    private let lanes: [Int]

    /// - Parameters:
    ///   - inputs: channels of the operand.
    ///   - operand: where the operand lies.
    ///   - isPadded: whether the depth is that of its lanes, or of its channels alone.
    ///   - isWhole: whether the taps of a filter lie side by side.
    init(
      _ map: ColumnMap, inputs: Int, taps: Int, operand: Placement, isPadded: Bool,
      isWhole: Bool = false
    ) {
      self.map = map
      self.inputs = inputs
      self.taps = taps
      depth = isPadded ? operand.lanes : inputs
      tapStride = isWhole ? map.panelColumns : depth * map.panelColumns
      depthStride = isWhole ? taps * map.panelColumns : map.panelColumns
      lanes = (0..<inputs).map { operand.lane(of: $0) }
    }

    /// Elements with padding.
    var count: Int { map.channels.count * taps * depth }

    /// Calls `body` with the number of every filter, in the order (O, I), and the place of its
    /// first tap: vector by vector of columns, so that neighbours in memory come one after another.
    @inline(__always)
    func forEach(_ body: (_ filter: Int, _ place: Int) -> Void) {
      for start in stride(from: 0, to: map.channels.count, by: Placement.vectorWidth) {
        let panel =
          start / map.panelColumns * taps * depth * map.panelColumns
          + start % map.panelColumns
        let vector = map.channels[start..<start + Placement.vectorWidth]
        for input in 0..<inputs {
          let place = panel + lanes[input] * depthStride
          for (column, channel) in vector.enumerated() {
            if let channel { body(channel * inputs + input, place + column) }
          }
        }
      }
    }

    /// Writes weights (O, I, KH, KW), and zeros for padding.
    func pack(_ weights: Elements, into target: PackedElements) {
      target.clear()
      forEach { filter, place in
        for tap in 0..<taps { target[place + tap * tapStride] = weights[filter * taps + tap] }
      }
    }
  }
}

extension Placement {
  /// A vector of channels in lane order, padded with zeros.
  /// - Parameter value: of a channel.
  func pack(into target: PackedElements, _ value: (_ channel: Int) -> Float) {
    target.clear()
    for channel in 0..<channels { target[lane(of: channel)] = value(channel) }
  }
}

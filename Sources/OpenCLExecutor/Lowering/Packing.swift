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
  func pack(_ vector: [Float]) -> [Float] { channels.map { $0.map { vector[$0] } ?? 0 } }

  /// Weights (O, I, KH, KW) as [panel][tap][depth][column], padded with zeros.
  /// - Parameters:
  ///   - operand: where the operand lies.
  ///   - isPadded: whether the depth is that of its lanes, or of its channels alone.
  func pack(
    _ weights: [Float], shape: Shape, operand: Placement, isPadded: Bool
  ) -> [Float] {
    let (inputs, taps) = (shape[1], shape[2] * shape[3])
    let depth = isPadded ? operand.lanes : inputs
    let lanes = (0..<inputs).map { operand.lane(of: $0) }
    return [Float](unsafeUninitializedCapacity: channels.count * taps * depth) { result, count in
      count = result.count
      result.initialize(repeating: 0)
      for (column, channel) in channels.enumerated() {
        guard let channel else { continue }
        let panel = column / panelColumns * taps * depth * panelColumns + column % panelColumns
        for input in 0..<inputs {
          for tap in 0..<taps {
            result[panel + (tap * depth + lanes[input]) * panelColumns] =
              weights[(channel * inputs + input) * taps + tap]
          }
        }
      }
    }
  }
}

extension Placement {
  /// A vector of channels in lane order, padded with zeros.
  func pack(_ vector: [Float]) -> [Float] {
    var lanes = [Float](repeating: 0, count: self.lanes)
    for (channel, value) in vector.enumerated() { lanes[lane(of: channel)] = value }
    return lanes
  }
}

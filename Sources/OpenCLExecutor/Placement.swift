import Tensors

/// How a value lies in device memory.
///
/// The working form keeps one axis, the channels, innermost and pads it with zeros to the vector
/// width: a feature map (N, C, H, W) is stored as rows n H W + y W + x of `lanes` elements. Tokens
/// (N, T, C) and matrices are the same thing with their last axis innermost.
struct Placement: Hashable {
  enum Form: Hashable {
    /// Row-major float32 without padding, as the host sees it.
    case dense
    /// `axis` innermost, cut into `parts` equal groups, each padded to the vector width.
    case lanes(axis: Int, parts: Int)
  }

  /// Elements that a row is padded to a multiple of.
  static let vectorWidth = 16

  let shape: Shape
  let form: Form

  static func dense(_ shape: Shape) -> Placement { Placement(shape: shape, form: .dense) }

  static func lanes(_ shape: Shape, axis: Int, parts: Int = 1) -> Placement {
    let partChannels = shape[axis] / parts
    let isSeamless = partChannels.isMultiple(of: vectorWidth)
    return Placement(shape: shape, form: .lanes(axis: axis, parts: isSeamless ? 1 : parts))
  }

  /// The usual placement: channels innermost in NCHW maps, the last axis in everything else.
  static func standard(_ shape: Shape) -> Placement {
    shape.rank == 0 ? dense(shape) : lanes(shape, axis: shape.rank == 4 ? 1 : shape.rank - 1)
  }

  var isDense: Bool { axis == nil }

  /// The innermost axis; nil for dense values.
  var axis: Int? {
    switch form {
    case .dense: nil
    case .lanes(let axis, _): axis
    }
  }

  var parts: Int {
    switch form {
    case .dense: 1
    case .lanes(_, let parts): parts
    }
  }

  /// Extent of the innermost axis.
  var channels: Int { axis.map { shape[$0] } ?? (shape.extents.last ?? 1) }

  /// Elements of a part of a row, padding included.
  var partLanes: Int {
    isDense ? channels : roundUp(channels / parts, to: Self.vectorWidth)
  }

  /// Elements of a row, padding included.
  var lanes: Int { parts * partLanes }

  var rows: Int { shape.count / channels }

  /// Rows that belong to one element of the outermost axis; all of them when that is the lanes.
  var rowsPerImage: Int { axis == 0 || shape.rank == 0 ? rows : rows / shape[0] }

  /// Bytes in memory, where an element of the working form takes `elementBytes`.
  func byteCount(elementBytes: Int) -> Int {
    isDense ? shape.count * 4 : rows * lanes * elementBytes
  }

  /// The position of channel `channel` within a row.
  func lane(of channel: Int) -> Int {
    let partChannels = channels / parts
    return channel / partChannels * partLanes + channel % partChannels
  }

  /// Axes in memory order, outermost first.
  var order: [Int] {
    guard let axis else { return Array(0..<shape.rank) }
    return (0..<shape.rank).filter { $0 != axis } + [axis]
  }
}

func roundUp(_ value: Int, to multiple: Int) -> Int {
  (value + multiple - 1) / multiple * multiple
}

func ceilDivide(_ value: Int, by divisor: Int) -> Int { (value + divisor - 1) / divisor }

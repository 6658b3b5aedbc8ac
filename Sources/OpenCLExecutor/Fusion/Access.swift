import Tensors

/// How an elementwise chain reads an operand beside the value that flows through it.
enum Access: Hashable {
  /// The same shape: the element at the same place.
  case element
  /// One tensor for all images, of an image's shape.
  case elementOfImage
  /// One vector of channels for everything.
  case channel
  /// One vector of channels for each image.
  case imageChannel
  /// One number for each row.
  case row
  /// One number for each image.
  case image
  /// One number.
  case single

  /// The access to an operand that broadcasts to `shape`, whose channels lie on `axis`;
  /// nil when no chain can read it.
  init?(_ operand: Shape, in shape: Shape, axis: Int) {
    guard operand.rank <= shape.rank else { return nil }
    let missing = shape.rank - operand.rank
    // What lacks the channels' axis cannot lie with channels innermost.
    guard missing <= axis || operand.count == 1 else { return nil }
    let aligned = [Int](repeating: 1, count: missing) + operand.extents
    func spans(_ axes: Set<Int>) -> Bool {
      (0..<shape.rank).allSatisfy { aligned[$0] == (axes.contains($0) ? shape[$0] : 1) }
    }
    let all = Set(0..<shape.rank)
    if spans(all) {
      self = .element
    } else if spans([]) {
      self = .single
    } else if spans([axis]) {
      self = .channel
    } else if axis != 0, spans(all.subtracting([0])) {
      self = .elementOfImage
    } else if axis != 0, spans([0, axis]) {
      self = .imageChannel
    } else if spans(all.subtracting([axis])) {
      self = .row
    } else if axis != 0, spans([0]) {
      self = .image
    } else {
      return nil
    }
  }

  /// Whether the operand has the channels of the result, and so must share their placement.
  var hasChannels: Bool {
    switch self {
    case .element, .elementOfImage, .channel, .imageChannel: true
    case .row, .image, .single: false
    }
  }

  /// Whether all rows of an image share what is read.
  var isUniformInImage: Bool {
    switch self {
    case .channel, .imageChannel, .image, .single: true
    case .element, .elementOfImage, .row: false
    }
  }

  /// Whether the rows that are read may lie in wider ones.
  var bearsPitch: Bool {
    switch self {
    case .element, .imageChannel: true
    case .elementOfImage, .channel, .row, .image, .single: false
    }
  }

  /// Whether each place reads an element of its own, which is worth fetching early.
  var isFetchable: Bool {
    switch self {
    case .element: true
    case .elementOfImage, .channel, .imageChannel, .row, .image, .single: false
    }
  }

  /// OpenCL C that reads an operand for a vector at `row` and `col`.
  /// - Parameters:
  ///   - name: of the operand's first row.
  ///   - lanes: from a row to the next.
  func load(_ name: String, lanes: String) -> String {
    let width = Placement.vectorWidth
    return switch self {
    case .element: "LOADV(\(name), (size_t)(row) * \(lanes) + (col))"
    case .elementOfImage: "LOADV(\(name), (size_t)((row) % rows_per_image) * \(lanes) + (col))"
    case .channel: "LOADV(\(name), (col))"
    case .imageChannel: "LOADV(\(name), (size_t)((row) / rows_per_image) * \(lanes) + (col))"
    case .row: "LOAD1(\(name), (size_t)(row) * \(width))"
    case .image: "LOAD1(\(name), (size_t)((row) / rows_per_image) * \(width))"
    case .single: "LOAD1(\(name), 0)"
    }
  }
}

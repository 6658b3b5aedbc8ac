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
  ///
  /// A batch of one is read as any batch is, since batches are to make no programs: a parameter is
  /// every image's, and what is computed one image's.
  /// - Parameter isParameter: whether the operand has no batch.
  init?(_ operand: Shape, in shape: Shape, axis: Int, isParameter: Bool) {
    guard operand.rank <= shape.rank else { return nil }
    let missing = shape.rank - operand.rank
    // What lacks the channels' axis cannot lie with channels innermost.
    guard missing <= axis || operand.count == 1 else { return nil }
    let aligned = [Int](repeating: 1, count: missing) + operand.extents
    func spans(_ axes: Set<Int>) -> Bool {
      (0..<shape.rank).allSatisfy { aligned[$0] == (axes.contains($0) ? shape[$0] : 1) }
    }
    let all = Set(0..<shape.rank)
    let hasBatch = axis != 0 && missing == 0
    if isParameter, spans([]) {
      self = .single
    } else if isParameter, spans([axis]) {
      self = .channel
    } else if isParameter, axis != 0, spans(all.subtracting([0])) {
      self = .elementOfImage
    } else if spans(all) {
      self = .element
    } else if hasBatch, !isParameter, spans([0, axis]) {
      self = .imageChannel
    } else if hasBatch, !isParameter, spans([0]) {
      self = .image
    } else if spans([]) {
      self = .single
    } else if spans([axis]) {
      self = .channel
    } else if axis != 0, spans(all.subtracting([0])) {
      self = .elementOfImage
    } else if hasBatch, spans([0, axis]) {
      self = .imageChannel
    } else if spans(all.subtracting([axis])) {
      self = .row
    } else if hasBatch, spans([0]) {
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

  /// Whether a row is read, at the pitch that the kernel is told.
  var readsRows: Bool {
    switch self {
    case .element, .elementOfImage, .imageChannel: true
    case .channel, .row, .image, .single: false
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
  func load(_ name: String) -> String {
    switch self {
    case .element, .elementOfImage, .channel, .imageChannel: "LOADV(\(name), \(index(name)))"
    case .row, .image, .single: "LOAD1(\(name), \(index(name)))"
    }
  }

  /// OpenCL C for where an operand has what is read at `row` and `col`.
  func index(_ name: String) -> String {
    let width = Placement.vectorWidth
    let place = "\(name)_pitch + \(name)_start + (col)"
    return switch self {
    case .element: "(size_t)(row) * \(place)"
    case .elementOfImage: "(size_t)((row) % rows_per_image) * \(place)"
    case .channel: "(col)"
    case .imageChannel: "(size_t)((row) / rows_per_image) * \(place)"
    case .row: "(size_t)(row) * \(width)"
    case .image: "(size_t)((row) / rows_per_image) * \(width)"
    case .single: "0"
    }
  }
}

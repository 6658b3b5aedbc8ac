/// How many work-items the GPU kernels for rows, filters, means and moments give to a sum. A team's
/// size decides the order of a sum, so it depends on the row alone.
enum GPUTeams {
  /// Work-items of a group whose teams each own a row.
  static let rowThreads = 128
  /// Output columns and rows of a depthwise group.
  static let depthwiseSpan = 32
  static let depthwiseRows = 8
  /// Members of a pooling group for each channel vector, and the rows of a part.
  static let poolTeam = 32
  static let poolRows = 1024
  /// Channel vectors of a group that forms moments, members for each of them, and rows that a
  /// member keeps.
  static let momentVectors = 4
  static let momentTeam = 16
  static let momentRows = 8
  /// Work-items that form the moments of a group of channels at once, where an image has no more
  /// than so many elements of it.
  static let groupNormThreads = 256
  static let smallGroupNorm = 49_152

  /// Output rows of a depthwise group that leaves no sums: fewer where there are few groups, of
  /// which a compute unit runs sixteen at once.
  /// - Parameter blocks: groups for so many rows.
  static func depthwiseRows(lines: Int, blocks: Int, units: Int) -> Int {
    [depthwiseRows, 4, 2].first { blocks * ceilDivide(lines, by: $0) >= 8 * units } ?? 2
  }

  /// Work-items that share a row of `lanes` elements: the more, the longer it is.
  static func rowTeam(lanes: Int) -> Int {
    lanes <= 64 ? 8 : lanes <= 512 ? 32 : rowThreads
  }
}

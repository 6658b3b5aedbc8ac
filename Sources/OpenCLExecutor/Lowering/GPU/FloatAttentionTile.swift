/// A tile of gpu/attention.cl.
struct FloatAttentionTile: AttentionTile {
  static let kernel = (file: "gpu/attention", entry: "attention")

  let queries: Int
  /// Channels of keys in local memory.
  let slice: Int
  let part: Int

  /// Tiles for such heads, larger ones first.
  static func tiles(for head: AttentionHead) -> [FloatAttentionTile] {
    [64, 32, 16].map { queries in
      FloatAttentionTile(
        queries: queries, slice: AttentionHead.share(of: head.key, most: 64, multiple: 4),
        part: AttentionHead.share(of: head.value, most: 160, multiple: 16))
    }
  }

  /// Work-items that share queries: as many as leave a work-item at most 80 sums.
  private var team: Int { part <= 48 ? 4 : 8 }
  private static let itemQueries = 4
  /// Keys of a block.
  private static let block = 32

  var groupSize: Int { queries / Self.itemQueries * team }

  /// Vectors of a slice of the queries, of a slice of a block of keys or its values, and of shares;
  /// a number for each member of a team.
  var localBytes: Int {
    let depthPitch = slice / 4 | 1
    let valuePitch = roundUp(part / 4, to: team)
    let vectors =
      queries * depthPitch + Self.block * max(depthPitch, valuePitch)
      + queries * (Self.block / 4 | 1)
    return 16 * vectors + 4 * queries * team
  }

  func define(in program: inout ProgramText) {
    program.define("SLICE", slice)
    program.define("TEAM", team)
  }
}

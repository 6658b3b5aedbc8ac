/// A tile of gpu/matrix_attention.cl.
struct MatrixAttentionTile: AttentionTile {
  static let kernel = (file: "gpu/matrix_attention", entry: "matrix_attention")

  let queries: Int
  /// Channels of keys in local memory.
  let slice: Int
  let part: Int
  /// Tiles of 16 queries of a run of 32 work-items.
  let runTiles: Int

  /// Tiles for such heads, larger ones first. Two tiles of a run share what it reads of local
  /// memory; their sums have room in registers up to 64 channels.
  static func tiles(for head: AttentionHead) -> [MatrixAttentionTile] {
    let slice = AttentionHead.share(of: head.key, most: 160, multiple: 16)
    let part = AttentionHead.share(of: head.value, most: 160, multiple: 16)
    let extents = (max(slice, part) <= 64 ? [(128, 2)] : []) + [(64, 1), (32, 1), (16, 1)]
    return extents.map { queries, runTiles in
      MatrixAttentionTile(queries: queries, slice: slice, part: part, runTiles: runTiles)
    }
  }

  var groupSize: Int { queries / 16 / runTiles * 32 }

  /// 64 keys and values, whose rows have an odd number of chunks of 16 bytes.
  var localBytes: Int { 64 * 16 * ((slice / 8 | 1) + (part / 8 | 1)) }

  func define(in program: inout ProgramText) {
    program.define("SLICE", slice)
    program.define("TILES", runTiles)
  }
}

extension Choice {
  /// The choices of the kernels for wide-vector CPUs, the ones that the others build on first.
  static let cpu = [
    singleTile, quadTile, tripleTile, pairTile, directTile, itemTiles, residentWeights,
    residentRows, itemsPerUnit, directLines, deepLines, depthwiseRows, normalizationRows,
    attentionTile, attentionQueries, windowTile, streamedProduct, streamedDepthwise,
    winogradStrip, transformTiles, winogradChannels, winogradTiles, winogradColdTiles,
    winogradCache, winogradFilterTiles, lowTile, shortTile,
  ]

  // Register tiles, rows by vectors of 16 columns: accumulators, the vectors that feed them and a
  // broadcast number share 32 registers.
  static let singleTile = Choice(
    "tile-single", [[16, 1], [12, 1], [20, 1], [24, 1], [6, 1]], "register tile of one vector")
  static let quadTile = Choice(
    "tile-quads", [[6, 4], [5, 4], [12, 2], [14, 2], [6, 1], [3, 2]],
    "register tile of 4, 8, 12, ... vectors")
  static let tripleTile = Choice(
    "tile-triples", [[8, 3], [7, 3], [9, 3], [12, 2], [6, 1], [3, 2]],
    "register tile of 3, 9, 15, ... vectors without a gate")
  static let pairTile = Choice(
    "tile-pairs", [[12, 2], [8, 2], [10, 2], [14, 2], [3, 2], [2, 2]],
    "register tile of any other vectors")

  static let lowTile = Choice(
    "tile-low", [[4, 6], [6, 4], [6, 1], [3, 2]],
    "register tile of up to 4 rows of Winograd's convolution that transforms filters")
  static let shortTile = Choice(
    "tile-short", [[8, 3], [6, 4], [12, 2], [6, 1], [3, 2]], "the same of up to 16")

  static let directTile = Choice(
    "tile-direct", [[8, 2], [6, 2], [10, 2], [12, 2], [6, 1], [2, 2]],
    "register tile of a direct convolution where others have two vectors, and on narrow maps")
  static let itemTiles = Choice(
    "item-tiles", [8, 4, 2], "tiles of a work-item of a matrix product")
  static let residentWeights = Choice(
    "resident-weights", [64, 0, 32, 128, 256, 512],
    "KiB of weights that stay close while an item takes more tiles")
  static let residentRows = Choice(
    "resident-rows", [32, 16, 64], "KiB of operand that such an item takes")
  static let itemsPerUnit = Choice(
    "items-per-unit", [8, 4, 16, 32], "items of an image's product that every core should have")
  static let directLines = Choice(
    "direct-lines", [4, 1, 2], "lines that an item of a direct convolution computes")
  static let deepLines = Choice(
    "direct-lines-deep", [8, 2, 4], "the same for many channels on a small map")
  static let depthwiseRows = Choice(
    "depthwise-rows", [8, 4, 16, 32], "rows of an item of a depthwise convolution")
  static let normalizationRows = Choice(
    "normalization-rows", [64, 16, 32, 128, 256], "rows of an item of a normalization")
  static let attentionTile = Choice(
    "tile-attention", [[8, 2], [6, 1], [5, 1], [4, 1]],
    "register tile of attention: keys by vectors of queries")
  static let attentionQueries = Choice(
    "attention-queries", [256, 64, 128, 512], "queries that share a block of keys")
  static let windowTile = Choice(
    "tile-windows", [[6, 4], [6, 1], [6, 2]],
    "the same within windows, of up to two keys fewer where that fits the channels of a head")
  static let streamedProduct = Choice(
    "streamed-product", [24, 8, 16, 48, 0],
    "MiB of an image's result from which it is stored past the caches; 0: never")
  static let streamedDepthwise = Choice(
    "streamed-depthwise", [8, 4, 16, 32, 0], "the same after a depthwise convolution")
  static let winogradStrip = Choice(
    "winograd-strip", [8, 2, 4, 16, 32], "MiB of transforms that Winograd's convolution keeps")
  static let transformTiles = Choice(
    "transform-tiles", [16, 8, 32], "4x4 tiles of an item of its transform")

  static let winogradChannels = Choice(
    "winograd-channels", [24, 16, 32, 48, 64, 96, 0],
    "channels on either side from which 3x3 convolutions are Winograd's; 0: never",
    decidesAlgorithm: true)
  static let winogradTiles = Choice(
    "winograd-tiles", [16, 4, 9, 36, 64], "4x4 tiles of an image from which they are",
    decidesAlgorithm: true)
  static let winogradColdTiles = Choice(
    "winograd-tiles-cold", [144, 16, 36, 64, 256], "the same when the weights exceed the cache",
    decidesAlgorithm: true)
  static let winogradCache = Choice(
    "winograd-cache", [8, 2, 4, 16, 32], "MiB of transformed weights that a cache holds",
    decidesAlgorithm: true)
  static let winogradFilterTiles = Choice(
    "winograd-tiles-filters", [4, 9, 16, 36, 0],
    "4x4 tiles of an image from which items transform filters themselves; 0: never",
    decidesAlgorithm: true)
}

extension Choice {
  /// The choices of the kernels for GPUs.
  static let gpu =
    floatTiles + matrixTiles + warpgroupTiles + [
      productTile, depthwiseVectors, poolVectors,
    ]

  /// Tiles of gpu/convolution.cl, larger ones first: pixels and columns of a group, rows and
  /// columns of a work-item. A choice keeps to one number of columns.
  static let floatTiles = [
    Choice(
      "float-tile-128", [[128, 128, 8, 8], [64, 128, 4, 8], [64, 128, 8, 8]], floatMeaning),
    Choice("float-tile-96", [[128, 96, 8, 8], [64, 96, 4, 8], [64, 96, 8, 8]], floatMeaning),
    Choice("float-tile-64", [[128, 64, 8, 8], [128, 64, 4, 8], [64, 64, 8, 8]], floatMeaning),
    Choice("float-tile-48", [[128, 48, 8, 4], [64, 48, 4, 4]], floatMeaning),
    Choice(
      "float-tile-64-small", [[64, 64, 4, 8], [64, 64, 4, 4], [32, 64, 4, 8]], floatMeaning),
    Choice("float-tile-32", [[64, 32, 4, 4], [128, 32, 4, 4], [64, 32, 4, 8]], floatMeaning),
    Choice("float-tile-16", [[64, 16, 4, 4], [128, 16, 4, 4]], floatMeaning),
    Choice("float-tile-32-small", [[32, 32, 4, 8], [64, 32, 4, 8]], floatMeaning),
  ]

  /// Tiles of gpu/matrix_convolution.cl, larger ones first: pixels and columns of a group, rows
  /// and columns of 32 work-items, depths of a slice, slices in local memory.
  static let matrixTiles = [
    Choice(
      "matrix-tile-128", [[128, 128, 64, 64, 32, 3], [128, 128, 64, 32, 32, 3]], matrixMeaning),
    Choice("matrix-tile-96", [[128, 96, 64, 48, 32, 3], [64, 96, 32, 48, 32, 4]], matrixMeaning),
    Choice(
      "matrix-tile-64", [[128, 64, 64, 32, 32, 4], [128, 64, 32, 32, 32, 4]], matrixMeaning),
    Choice("matrix-tile-48", [[128, 48, 32, 48, 32, 4], [64, 48, 32, 48, 32, 4]], matrixMeaning),
    Choice(
      "matrix-tile-64-small", [[64, 64, 32, 32, 32, 4], [64, 64, 32, 32, 32, 3]], matrixMeaning),
    Choice("matrix-tile-32", [[64, 32, 32, 16, 32, 4], [64, 32, 16, 32, 32, 4]], matrixMeaning),
    Choice("matrix-tile-16", [[64, 16, 16, 16, 32, 4], [128, 16, 32, 16, 32, 4]], matrixMeaning),
    Choice(
      "matrix-tile-32-small", [[32, 32, 16, 32, 32, 4], [64, 32, 32, 32, 32, 4]], matrixMeaning),
  ]

  /// Tiles of gpu/warpgroup_convolution.cl, larger ones first: pixels and columns of a group,
  /// depths of a slice, slices in local memory.
  static let warpgroupTiles = [
    Choice("warpgroup-tile-256", [[128, 256, 32, 5], [128, 256, 32, 4]], warpgroupMeaning),
    Choice("warpgroup-tile-256-small", [[64, 256, 32, 5], [64, 256, 32, 4]], warpgroupMeaning),
    Choice("warpgroup-tile-128", [[128, 128, 32, 6], [128, 128, 64, 3]], warpgroupMeaning),
    Choice("warpgroup-tile-128-small", [[64, 128, 64, 4], [64, 128, 32, 6]], warpgroupMeaning),
    Choice(
      "warpgroup-tile-96", [[128, 96, 32, 6], [128, 96, 64, 4], [64, 96, 64, 4]], warpgroupMeaning),
    Choice(
      "warpgroup-tile-64", [[128, 64, 64, 4], [128, 64, 32, 6]], warpgroupMeaning),
    Choice("warpgroup-tile-48", [[128, 48, 64, 4], [64, 48, 64, 4]], warpgroupMeaning),
    Choice("warpgroup-tile-64-small", [[64, 64, 64, 4], [64, 64, 32, 6]], warpgroupMeaning),
    Choice("warpgroup-tile-32", [[128, 32, 64, 4], [64, 32, 64, 4]], warpgroupMeaning),
    Choice("warpgroup-tile-16", [[128, 16, 64, 4], [64, 16, 64, 4]], warpgroupMeaning),
    Choice("warpgroup-tile-32-small", [[64, 32, 64, 4], [64, 32, 64, 3]], warpgroupMeaning),
  ]

  private static let floatMeaning = "pixels x columns of a group, rows x columns of a work-item"
  private static let matrixMeaning =
    "pixels x columns of a group and of 32 work-items, depths of a slice, slices"
  private static let warpgroupMeaning = "pixels x columns of a group, depths of a slice, slices"

  static let productTile = Choice(
    "product-tile", [64, 32, 128, 256],
    "rows and columns above which a matrix product takes tiles of 128")
  static let depthwiseVectors = Choice(
    "depthwise-vectors", [4, 2, 8], "channel vectors of a group of a depthwise convolution")
  static let poolVectors = Choice(
    "pool-vectors", [4, 2, 8], "channel vectors of a group of a mean over pixels")
}

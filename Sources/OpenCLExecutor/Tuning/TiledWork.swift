import IR

/// A convolution as a matrix product, as far as a choice of tiles looks at it.
struct TiledWork {
  /// Images, and output pixels of one.
  let images: Int
  let pixels: Int
  /// Packed columns before they are cut into panels.
  let columns: Int
  /// Parts of the sum over the depths.
  var parts = 1
  /// Whether the two halves of a panel are multiplied.
  var isGated = false
  /// Whether images have weights of their own, so that no block is of two.
  var isOfOneImage = false
  /// Whether rows of the operand are normalized.
  var isNormalized = false
  /// What an element of the operand costs on its way to local memory through registers, in elements
  /// that are copied; 0 for one that is copied.
  var operandCost = 0

  /// Blocks of so many output pixels.
  func blocks(of rows: Int) -> Int {
    isOfOneImage
      ? images * ceilDivide(pixels, by: rows) : ceilDivide(images * pixels, by: rows)
  }
}

extension Group.Fold {
  /// What is done to an element of the operand, see `TiledWork`: a function takes three times as
  /// long as a copy, all else about as long.
  var operandCost: Int {
    let hasFunctions = prologue.stages.contains {
      if case .unary = $0 { true } else { false }
    }
    return hasFunctions ? 3 : prologue.isEmpty && normalization == nil ? 0 : 1
  }
}

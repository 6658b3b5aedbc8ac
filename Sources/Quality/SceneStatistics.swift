/// NIQE's 18 features of a block: how its values are distributed, and the products of neighbours
/// in four directions. The block goes on at the opposite side.
func sceneStatistics(_ block: Plane) -> [Double] {
  let whole = AsymmetricGaussian(block.values)
  let directions = [(1, 0), (0, 1), (1, 1), (-1, 1)]
  let products = directions.flatMap { direction in
    let fit = AsymmetricGaussian(block.neighbourProducts(direction.0, direction.1))
    return [fit.shape, fit.mean, fit.left, fit.right]
  }
  return [whole.shape, (whole.left + whole.right) / 2] + products
}

extension Plane {
  fileprivate func neighbourProducts(_ dx: Int, _ dy: Int) -> [Double] {
    (0..<height).flatMap { y in
      let row = (y - dy + height) % height * width
      return (0..<width).map { x in
        values[y * width + x] * values[row + (x - dx + width) % width]
      }
    }
  }
}

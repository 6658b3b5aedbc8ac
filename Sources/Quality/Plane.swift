/// One channel of a picture in 8-bit steps, which need not be whole; top row first.
struct Plane {
  let width: Int
  let height: Int
  let values: [Double]

  /// Without so many pixels at each side; nil when nothing is left.
  func cropped(_ border: Int) -> Plane? {
    guard border > 0 else { return self }
    let (width, height) = (width - 2 * border, height - 2 * border)
    guard width > 0, height > 0 else { return nil }
    return part(x: border, y: border, width: width, height: height)
  }

  /// - Precondition: the part lies inside.
  func part(x: Int, y: Int, width: Int, height: Int) -> Plane {
    let values = (y..<y + height).flatMap { row in
      self.values[row * self.width + x..<row * self.width + x + width]
    }
    return Plane(width: width, height: height, values: values)
  }
}

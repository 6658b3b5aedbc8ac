/// PyTorch's vectorised Box-Muller step on 16 uniform values, with the rounding of its AVX2 code:
/// the single-precision polynomials of the Cephes library, products fused into sums.
///
/// Value k and value k + 8 of a block become the cosine and the sine half of one pair.
enum NormalBlock {
  static let size = 16
  private static let twoPi = Float(2 * Double.pi)

  static func transform(_ values: UnsafeMutableBufferPointer<Float>) {
    for index in 0..<size / 2 {
      let radius = (-2 * logarithm(1 - values[index])).squareRoot()
      let (sine, cosine) = sineAndCosine(twoPi * values[index + size / 2])
      values[index] = radius * cosine
      values[index + size / 2] = radius * sine
    }
  }

  /// The natural logarithm of a positive normal number (Cephes `logf`).
  static func logarithm(_ x: Float) -> Float {
    var exponent = Float(Int32(x.bitPattern >> 23) - 126)
    var mantissa = Float(bitPattern: x.bitPattern & 0x807f_ffff | 0x3f00_0000)
    if mantissa < 0.70710678 {
      exponent -= 1
      mantissa = mantissa - 1 + mantissa
    } else {
      mantissa -= 1
    }
    let square = mantissa * mantissa
    let series = polynomial(
      [
        7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
        -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
      ],
      at: mantissa)
    var sum = (exponent * -2.12194440e-4).addingProduct(series * mantissa, square)
    sum.addProduct(-square, 0.5)
    return (mantissa + sum).addingProduct(exponent, 0.693359375)
  }

  /// Sine and cosine of an angle from 0 to some thousands (Cephes `sinf` and `cosf`).
  static func sineAndCosine(_ angle: Float) -> (Float, Float) {
    let octant = (Int32(angle * 1.27323954473516) + 1) & ~1
    let turns = Float(octant)
    let x = angle.addingProduct(turns, -0.78515625)
      .addingProduct(turns, -2.4187564849853515625e-4)
      .addingProduct(turns, -3.77489497744594108e-8)
    let square = x * x
    let cosine = polynomial(
      [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2],
      at: square)
    let even = (-(square * 0.5)).addingProduct(cosine * square, square) + 1
    let sine = polynomial(
      [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1],
      at: square)
    let odd = x.addingProduct(sine * square, x)
    let isSwapped = octant & 2 != 0
    let signs: (Float, Float) = (octant & 4 == 0 ? 1 : -1, (octant - 2) & 4 == 0 ? -1 : 1)
    return (signs.0 * (isSwapped ? even : odd), signs.1 * (isSwapped ? odd : even))
  }

  /// Horner's rule with fused steps, the highest coefficient first.
  private static func polynomial<let count: Int>(
    _ coefficients: InlineArray<count, Float>, at x: Float
  ) -> Float {
    var sum = coefficients[0]
    for index in 1..<count { sum = coefficients[index].addingProduct(sum, x) }
    return sum
  }
}

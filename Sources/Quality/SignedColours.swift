import Images
import Tensors

/// An image's colours in 8 bits, without alpha, as networks take them: (1, 3, H, W) in [-1, 1].
/// - Parameter border: pixels at each side that are left out.
/// - Returns: nil when nothing is left.
package func signedColours(of image: Image, border: Int = 0) -> HostTensor? {
  let planes = EightBitColours(image).planes.compactMap { $0.cropped(border) }
  guard let first = planes.first else { return nil }
  let values = planes.flatMap { plane in plane.values.map { Float($0 / 127.5 - 1) } }
  return HostTensor([1, 3, first.height, first.width], values)
}

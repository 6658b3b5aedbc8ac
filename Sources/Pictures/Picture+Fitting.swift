import Images
import Tensors

extension Picture {
  /// The middle of the picture at another size: scaled until it covers that size, and cut to it.
  /// See ``PlaneResampling``.
  package func fitted(width: Int, height: Int) -> Picture {
    guard (width, height) != (self.width, self.height) else { return self }
    let scale = max(Double(width) / Double(self.width), Double(height) / Double(self.height))
    func scaled(_ extent: Int, atLeast least: Int) -> Int {
      max(Int((Double(extent) * scale).rounded()), least)
    }
    let size = (scaled(self.width, atLeast: width), scaled(self.height, atLeast: height))
    let (left, top) = ((size.0 - width) / 2, (size.1 - height) / 2)
    let resampling = PlaneResampling(
      from: (self.width, self.height), to: size,
      window: (left..<left + width, top..<top + height))
    return Picture(
      width: width, height: height,
      planes: resampling.resampled(planes).map { $0.clamped(to: 0...1) })
  }
}

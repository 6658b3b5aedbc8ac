import Tensors

/// Brings the colours of a picture that diffusion has made back to those of the degraded one.
///
/// J. Wang et al., "Exploiting Diffusion Prior for Real-World Image Super-Resolution (StableSR)",
/// IJCV 2024, arXiv 2305.07015, section 3.4 and its official code.
package enum ColourFix: String, CaseIterable, Codable, Sendable {
  case none
  /// Adaptive instance normalization: every channel gets the other's mean and deviation.
  case adain
  /// What is coarse comes from the other picture, what is fine stays.
  case wavelet

  /// - Precondition: both pictures have one size.
  package func applied(to picture: Picture, as source: Picture) -> Picture {
    let area = picture.width * picture.height
    guard self != .none else { return picture }
    var planes: [Float] = []
    for start in stride(from: 0, to: 3 * area, by: area) {
      let (content, style) = (
        picture.planes[start..<start + area], source.planes[start..<start + area]
      )
      let fixed =
        self == .adain
        ? Self.normalized(content, as: style)
        : Self.exchanged(content, with: style, width: picture.width)
      planes += fixed.map { $0.clamped(to: 0...1) }
    }
    return Picture(width: picture.width, height: picture.height, planes: planes)
  }

  private static func normalized(
    _ content: ArraySlice<Float>, as style: ArraySlice<Float>
  ) -> [Float] {
    let (mean, deviation) = moments(content)
    let (wantedMean, wantedDeviation) = moments(style)
    return content.map { Float((Double($0) - mean) / deviation * wantedDeviation + wantedMean) }
  }

  private static func moments(_ plane: ArraySlice<Float>) -> (mean: Double, deviation: Double) {
    let mean = plane.reduce(0) { $0 + Double($1) } / Double(plane.count)
    let squares = plane.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return (mean, (squares / Double(max(plane.count - 1, 1)) + 1e-5).squareRoot())
  }

  /// Blurring is linear: only the pictures' difference is blurred.
  private static func exchanged(
    _ content: ArraySlice<Float>, with style: ArraySlice<Float>, width: Int
  ) -> [Float] {
    var low = zip(style, content).map { $0 - $1 }
    for level in 0..<5 { low = blurred(low, width: width, radius: 1 << level) }
    return zip(content, low).map { $0 + $1 }
  }

  /// Weights 1, 2, 1 at this distance along both axes; the border is repeated.
  private static func blurred(_ plane: [Float], width: Int, radius: Int) -> [Float] {
    let height = plane.count / width
    func mixed(_ values: [Float], _ count: Int, _ position: Int, index: (Int) -> Int) -> Float {
      let (before, after) = (max(position - radius, 0), min(position + radius, count - 1))
      return (values[index(before)] + values[index(after)]) / 4 + values[index(position)] / 2
    }
    let wide = plane.indices.map { place in
      mixed(plane, width, place % width) { place - place % width + $0 }
    }
    return wide.indices.map { place in
      mixed(wide, height, place / width) { $0 * width + place % width }
    }
  }
}

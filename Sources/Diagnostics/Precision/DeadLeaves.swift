import Conformance
import Pictures
import Tensors

/// A picture with the edges and the spectrum of photos: disks of all sizes over each other.
///
/// Lee, Mumford, Huang: Occlusion Models for Natural Images, IJCV 41, 2001; radii of density r^-3.
struct DeadLeaves {
  let name: String
  /// Of the disks' colours.
  let values: ClosedRange<Double>
  /// Deviation of the white noise over them.
  let noise: Double

  /// Of usual, little and much light.
  static let all = [
    DeadLeaves(name: "leaves", values: 0...1, noise: 0.05),
    DeadLeaves(name: "leaves in the dark", values: 0...0.1, noise: 0.02),
    DeadLeaves(name: "leaves in the light", values: 0.6...1, noise: 0.1),
  ]

  private static let radii = 1.5...64.0
  private static let count = 2000

  /// A square of so many pixels a side, in steps of 1/255 as files have them.
  func picture(side: Int) -> Picture {
    let stream = SeededStream(named: name)
    var planes = [Float](repeating: Float(values.lowerBound), count: 3 * side * side)
    for leaf in 0..<Self.count { paint(leaf, of: stream, side, &planes) }
    let noises = SeededStream(named: name + " noise")
    for index in planes.indices {
      let value = Double(planes[index]) + noise * noises.normal(index)
      planes[index] = Float((value.clamped(to: 0...1) * 255).rounded() / 255)
    }
    return Picture(width: side, height: side, planes: planes)
  }

  private func paint(_ leaf: Int, of stream: SeededStream, _ side: Int, _ planes: inout [Float]) {
    let drawn = (0..<6).map { stream.uniform(6 * leaf + $0) }
    let (least, most) = (Self.radii.lowerBound, Self.radii.upperBound)
    let inverse = 1 / (least * least) - drawn[0] * (1 / (least * least) - 1 / (most * most))
    let radius = 1 / inverse.squareRoot()
    let (x, y) = (drawn[1] * Double(side), drawn[2] * Double(side))
    let width = values.upperBound - values.lowerBound
    let colour = drawn[3...].map { Float(values.lowerBound + width * $0) }
    for row in Int(max(y - radius, 0))..<Int(min(y + radius + 1, Double(side))) {
      for column in Int(max(x - radius, 0))..<Int(min(x + radius + 1, Double(side))) {
        let (dx, dy) = (Double(column) - x, Double(row) - y)
        guard dx * dx + dy * dy <= radius * radius else { continue }
        for channel in 0..<3 {
          planes[(channel * side + row) * side + column] = colour[channel]
        }
      }
    }
  }
}

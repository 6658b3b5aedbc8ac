/// The project's own stream: value i of draw d comes from counter (i / 4, d) of Philox alone, so
/// values can be made in any order, on any device.
package struct CounterStream: NormalStream {
  private let philox: Philox
  private var draw: UInt64 = 0

  package init(seed: UInt64) { philox = Philox(key: seed) }

  package mutating func fill(_ values: UnsafeMutableBufferPointer<Float>) {
    for start in stride(from: 0, to: values.count, by: 4) {
      let block = UInt64(start / 4)
      let normals = philox([
        UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32),
        UInt32(truncatingIfNeeded: draw), UInt32(truncatingIfNeeded: draw >> 32),
      ]).normals
      for lane in 0..<min(4, values.count - start) { values[start + lane] = normals[lane] }
    }
    draw &+= 1
  }
}

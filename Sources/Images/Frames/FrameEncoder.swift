/// A YUV4MPEG2 file of one frame.
enum FrameEncoder {
  /// In the format of the frame that the image was, or else with all chroma in 8 or 10 bits.
  static func encode(_ image: Image) throws(ImageError) -> EncodedImage {
    guard !image.channels.hasAlpha else { throw .unfit(.y4m, .transparency) }
    let format = image.metadata.frame ?? format(for: image)
    let header = format.header(width: image.width, height: image.height)
    var bytes = Array((header + "\nFRAME\n").utf8)
    bytes.reserveCapacity(
      bytes.count + format.frameBytes(width: image.width, height: image.height))
    for plane in samples(of: image, format) {
      if format.sampleBytes == 1 {
        bytes += plane.lazy.map { UInt8(truncatingIfNeeded: $0) }
      } else {
        for sample in plane { bytes += [UInt8(sample & 255), UInt8(sample >> 8)] }
      }
    }
    return EncodedImage(bytes: bytes, warnings: [])
  }

  private static func format(for image: Image) -> FrameFormat {
    var format = FrameFormat()
    if image.depth == .sixteen { format.bits = 10 }
    return format
  }

  /// Luma, and blue and red chroma where there is any.
  private static func samples(of image: Image, _ format: FrameFormat) -> [[UInt16]] {
    let (range, matrix) = (SampleRange(format), LumaMatrix(height: image.height))
    let colours = (0..<3).map { image.plane(image.channels.colourCount == 3 ? $0 : 0) }
    let starts = colours.map(\.startIndex)
    var parts = [[Float]](repeating: [], count: 3)
    for part in parts.indices { parts[part].reserveCapacity(image.pixelCount) }
    for i in 0..<image.pixelCount {
      let part = matrix.parts(
        unit(colours[0][starts[0] + i]), unit(colours[1][starts[1] + i]),
        unit(colours[2][starts[2] + i]))
      parts[0].append(part.luma)
      parts[1].append(part.blue)
      parts[2].append(part.red)
    }
    let luma = parts[0].map(range.sample(luma:))
    guard format.sampling != .gray else { return [luma] }
    let chroma = parts[1...].map { values in
      FramePlane(width: image.width, height: image.height, values: values)
        .reduced(format.sampling).values.map(range.sample(chroma:))
    }
    return [luma] + chroma
  }

  /// In [0, 1]; NaN becomes 0.
  private static func unit(_ value: Float) -> Float { value > 0 ? min(value, 1) : 0 }
}

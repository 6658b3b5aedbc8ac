import Tensors

/// The first frame of a YUV4MPEG2 file.
struct FrameDecoder {
  let header: FrameHeader
  private let samples: UnsafeRawBufferPointer
  private let hasMore: Bool

  init(_ bytes: UnsafeRawBufferPointer, limits: ImageLimits) throws(ImageError) {
    var rest = bytes[...]
    header = try FrameHeader(try Self.line(&rest), limits: limits)
    guard try Self.line(&rest).starts(with: FrameHeader.frameMark) else {
      throw .corrupt(.y4m, "there is no frame where one should be")
    }
    guard rest.count >= header.frameBytes else { throw .truncated(.y4m) }
    samples = UnsafeRawBufferPointer(rebasing: rest.prefix(header.frameBytes))
    hasMore = rest.count > header.frameBytes
  }

  /// Takes a line off the front.
  private static func line(
    _ rest: inout Slice<UnsafeRawBufferPointer>
  ) throws(ImageError) -> Slice<UnsafeRawBufferPointer> {
    let bytes = rest.prefix(FrameHeader.lineBytes)
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { throw .truncated(.y4m) }
    rest = rest[(end + 1)...]
    return bytes[..<end]
  }

  func image() -> Image {
    let (width, height, sampling) = (header.width, header.height, header.format.sampling)
    let range = SampleRange(header.format)
    let luma = plane(at: 0, (width, height), range.luma).values
    var (channels, planes) = (Image.Channels.gray, luma.map { $0.clamped(to: 0...1) })
    if let size = sampling.size(width: width, height: height) {
      let (first, count) = (width * height, size.width * size.height)
      let chroma = [first, first + count].map {
        plane(at: $0, size, range.chroma).enlarged(sampling, width: width, height: height).values
      }
      (channels, planes) = (.rgb, Self.colours(luma, chroma[0], chroma[1], height: height))
    }
    var image = Image(
      width: width, height: height, channels: channels, samples: planes,
      depth: header.format.bits > 8 ? .sixteen : .eight, format: .y4m)
    image.metadata.frame = header.format
    if hasMore { image.warnings.append("there are more frames; only the first is read") }
    return image
  }

  /// - Parameter first: the place of the first sample.
  private func plane(
    at first: Int, _ size: (width: Int, height: Int), _ value: (Float) -> Float
  ) -> FramePlane {
    let table = (0..<1 << header.format.bits).map { value(Float($0)) }
    let bytes = header.format.sampleBytes
    let values = (first..<first + size.width * size.height).map { place in
      let low = Int(samples[bytes * place])
      let sample = bytes == 1 ? low : low | Int(samples[2 * place + 1]) << 8
      return table[min(sample, table.count - 1)]
    }
    return FramePlane(width: size.width, height: size.height, values: values)
  }

  private static func colours(
    _ luma: [Float], _ blue: [Float], _ red: [Float], height: Int
  ) -> [Float] {
    let (matrix, count) = (LumaMatrix(height: height), luma.count)
    return [Float](unsafeUninitializedCapacity: 3 * count) { planes, initialized in
      for i in 0..<count {
        let colours = matrix.colours(luma: luma[i], chroma: (blue[i], red[i]))
        planes[i] = colours.red.clamped(to: 0...1)
        planes[count + i] = colours.green.clamped(to: 0...1)
        planes[2 * count + i] = colours.blue.clamped(to: 0...1)
      }
      initialized = 3 * count
    }
  }
}

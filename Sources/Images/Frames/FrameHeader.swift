/// The first line of a YUV4MPEG2 stream.
package struct FrameHeader: Sendable, Equatable {
  package static let mark = Array("YUV4MPEG2 ".utf8)
  /// What stands before each frame, followed by parameters and the end of the line.
  package static let frameMark = Array("FRAME".utf8)
  /// Bytes that a line may have.
  package static let lineBytes = 1024

  package let width: Int
  package let height: Int
  package let format: FrameFormat

  /// - Parameter line: without its end.
  package init(_ line: some Collection<UInt8>, limits: ImageLimits = ImageLimits())
    throws(ImageError)
  {
    guard line.starts(with: Self.mark), line.count <= Self.lineBytes else {
      throw .corrupt(.y4m, "it does not begin with a YUV4MPEG2 line")
    }
    var format = FrameFormat()
    format.parameters = []
    format.sampling = .centred420
    var (width, height): (UInt32, UInt32) = (0, 0)
    for word in String(decoding: line, as: UTF8.self).split(separator: " ").dropFirst() {
      let value = word.dropFirst()
      switch word.first {
      case "W"?: width = UInt32(value) ?? 0
      case "H"?: height = UInt32(value) ?? 0
      case "C"?:
        guard format.setSampling(value) else { throw .unsupported("frames in \(word)") }
      case "I"? where !["p", "?"].contains(value):
        throw .unsupported("interlaced frames are not read: deinterlace them before")
      default: format.parameters.append(String(word))
      }
    }
    format.isFullRange = format.parameters.contains("XCOLORRANGE=FULL")
    guard width > 0, height > 0 else { throw .corrupt(.y4m, "its size is missing") }
    try limits.check(width: width, height: height)
    (self.width, self.height, self.format) = (Int(width), Int(height), format)
  }

  /// Bytes of a frame, without the line before it.
  package var frameBytes: Int { format.frameBytes(width: width, height: height) }
}

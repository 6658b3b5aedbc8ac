import Tensors

/// How a YUV4MPEG2 stream stores its frames, as its first line says it.
package struct FrameFormat: Sendable, Equatable {
  /// What chroma is stored as.
  package var sampling = ChromaSampling.full
  /// Bits per sample: 8 or 10.
  package var bits = 8
  /// Whether samples go from 0 to the largest, or have room at both ends.
  package var isFullRange = false
  /// The rest of the line, such as the rate of frames, as it stands.
  package var parameters: [String] = ["F25:1", "Ip", "A1:1"]

  package init() {}

  /// The line of a stream of this size, without its end.
  func header(width: Int, height: Int) -> String {
    (["YUV4MPEG2", "W\(width)", "H\(height)", "C" + name] + parameters).joined(separator: " ")
  }

  /// As the parameter `C` has it.
  private var name: String { sampling.rawValue + (bits == 8 ? "" : "p\(bits)") }

  /// - Parameter name: as the parameter `C` has it; nil for what is not read.
  mutating func setSampling(_ name: some StringProtocol) -> Bool {
    let isDeep = name.hasSuffix("p10")
    let wanted = String(isDeep ? name.dropLast(3) : name[...])
    let known = wanted == "420" && !isDeep ? .centred420 : ChromaSampling(rawValue: wanted)
    guard let known, !isDeep || [.deep420, .left422, .full].contains(known) else { return false }
    (sampling, bits) = (known, isDeep ? 10 : 8)
    return true
  }

  /// Bytes of a sample.
  var sampleBytes: Int { bits > 8 ? 2 : 1 }

  /// Bytes of a frame.
  func frameBytes(width: Int, height: Int) -> Int {
    let chroma = sampling.size(width: width, height: height).map { $0.width * $0.height * 2 } ?? 0
    return (width * height + chroma) * sampleBytes
  }
}

/// Where chroma is stored, in the words of the parameter `C`.
package enum ChromaSampling: String, Sendable, CaseIterable {
  /// Half of both sides, in the middle of four pixels, as in JPEG.
  case centred420 = "420jpeg"
  /// Half of both sides, in the middle of two pixels below one another, as in MPEG-2.
  case left420 = "420mpeg2"
  /// As ``left420``; what streams of more than 8 bits call it.
  case deep420 = "420"
  /// Half of the width, at every other pixel.
  case left422 = "422"
  case full = "444"
  /// None at all.
  case gray = "mono"

  /// Of a plane of chroma; nil when there is none.
  func size(width: Int, height: Int) -> (width: Int, height: Int)? {
    switch self {
    case .gray: nil
    case .full: (width, height)
    case .left422: ((width + 1) / 2, height)
    case .centred420, .left420, .deep420: ((width + 1) / 2, (height + 1) / 2)
    }
  }

  /// How the halves of a width lie, and those of a height; nil for what is not halved.
  var sites: (across: ChromaSite?, down: ChromaSite?) {
    switch self {
    case .centred420: (.between, .between)
    case .left420, .deep420: (.atFirst, .between)
    case .left422: (.atFirst, nil)
    case .full, .gray: (nil, nil)
    }
  }
}

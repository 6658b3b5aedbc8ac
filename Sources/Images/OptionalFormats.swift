import CodecShims

/// Formats whose libraries a build may lack.
extension ImageFormat {
  /// Whether this build can read it.
  package var isRead: Bool {
    switch self {
    case .png, .jpeg, .webp, .tiff, .y4m: true
    case .heic, .avif: limpid_heif_is_built()
    case .jxl: limpid_jxl_is_built()
    }
  }

  /// Whether this build can write it. HEIC is not written: its encoders are not free to use.
  package var isWritten: Bool { self != .heic && isRead }

  private var library: String { self == .jxl ? "libjxl" : "libheif" }

  func requireLibrary() throws(ImageError) {
    guard isRead else {
      throw .unsupported(
        "\(self) is not read or written: this program was built without \(library)")
    }
  }

  /// What this build reads and writes, in one line for people.
  package static var summary: String {
    func list(_ formats: [ImageFormat]) -> String {
      formats.map(\.description).joined(separator: ", ")
    }
    return "reads \(list(allCases.filter(\.isRead))); writes \(list(allCases.filter(\.isWritten)))"
  }
}

extension Metadata {
  /// Warnings of what containers without text, comments, IPTC and density of their own cannot hold.
  func withoutPlace(in format: ImageFormat) -> [String] {
    var warnings: [String] = []
    func note(_ isLost: Bool, _ name: String) {
      if isLost { warnings.append("\(format) has no place for \(name), which is left out") }
    }
    note(!text.isEmpty, "PNG text")
    note(resources != nil, "IPTC")
    note(!comments.isEmpty, "a comment")
    note(density != nil && exif == nil, "a density")
    return warnings
  }

  /// Colours by their numbers, unless those are sRGB's or say nothing.
  mutating func declare(_ points: (UInt8, UInt8, UInt8, UInt8)) {
    let points = CodingPoints(
      primaries: points.0, transfer: points.1, matrix: points.2, isFullRange: points.3 != 0)
    guard points.isKnown, points != CodingPoints(primaries: 1, transfer: 13) else { return }
    var colour = DeclaredColour()
    colour.codingPoints = points
    declaredColour = colour
  }
}

extension CodingPoints {
  var bytes: (UInt8, UInt8, UInt8, UInt8) { (primaries, transfer, matrix, isFullRange ? 1 : 0) }
}

extension EXIF {
  /// The block in a box, whose first four bytes say how many others are before it.
  static func behindOffset(_ box: [UInt8]) -> [UInt8] {
    guard box.count > 4 else { return [] }
    let offset = box.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    return withoutPrefix(Array(box.dropFirst(4 + offset)))
  }
}

extension Samples {
  /// Undoes the multiplication of colours by the last plane.
  static func divideByAlpha(_ planes: inout [Float], channels: Int) {
    let pixels = planes.count / channels
    let alpha = (channels - 1) * pixels
    for i in 0..<alpha {
      let opacity = planes[alpha + i % pixels]
      if opacity > 0 { planes[i] = min(planes[i] / opacity, 1) }
    }
  }
}

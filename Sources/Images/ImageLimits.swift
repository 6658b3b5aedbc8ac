/// How much a file may ask for. Checked against headers, before anything is allocated.
package struct ImageLimits: Sendable {
  /// Width times height.
  package var pixels = 268_435_456
  /// Width or height.
  package var side = 65_500
  package var fileBytes = 512 << 20
  /// Larger profiles are left out, with a warning.
  package var iccBytes = 4 << 20
  /// Larger EXIF blocks are left out, with a warning.
  package var exifBytes = 64 << 10
  /// All text and XMP together; the rest is left out, with a warning.
  package var textBytes = 1 << 20
  /// Pages of a TIFF.
  package var pages = 4096
  /// Scans of a progressive JPEG.
  package var jpegScans = 500

  package init() {}

  /// Refuses a picture of that size, naming the numbers.
  func check(width: UInt32, height: UInt32) throws(ImageError) {
    let (count, overflow) = Int(width).multipliedReportingOverflow(by: Int(height))
    if overflow || count > pixels {
      let size = overflow ? "too many" : megapixels(count)
      throw .tooLarge("\(width)x\(height) is \(size) Mpx, the limit is \(megapixels(pixels)) Mpx")
    }
    if width > side || height > side {
      throw .tooLarge("\(width)x\(height) has a side beyond the limit of \(side) pixels")
    }
  }

  private func megapixels(_ count: Int) -> String {
    "\(count / 1_000_000).\(count / 100_000 % 10)"
  }
}

import CodecShims
import Tensors

/// Encodes AVIF by libheif, with loss.
enum AVIFEncoder {
  private static let defaultQuality = 90

  static func encode(_ image: Image, _ options: EncodingOptions)
    throws(ImageError) -> EncodedImage
  {
    try ImageFormat.avif.requireLibrary()
    let metadata = image.metadata
    var warnings = metadata.withoutPlace(in: .avif)
    let depth = options.depth ?? image.depth
    if depth == .sixteen { warnings.append("AVIF stores 12 bits of the 16") }
    let hasAlpha = image.channels.hasAlpha
    let pixels = Samples.interleaved(
      image.coloured, pixels: image.pixelCount, channels: hasAlpha ? 4 : 3, depth: depth)
    var request = limpid_avif_request()
    request.width = UInt32(clamping: image.width)
    request.height = UInt32(clamping: image.height)
    request.channels = hasAlpha ? 4 : 3
    request.bit_depth = Int32(depth.rawValue)
    request.quality = Int32((options.quality ?? defaultQuality).clamped(to: 1...100))
    request.orientation = Int32(image.storedOrientation.rawValue)
    if let points = metadata.declaredColour?.codingPoints {
      request.has_coding_points = true
      request.coding_points = points.bytes
    }
    let exif = metadata.exifWithSettings(&warnings) ?? []
    var file = limpid_bytes()
    var message = [CChar](repeating: 0, count: 200)
    let status = pixels.withUnsafeBufferPointer { pixels in
      request.pixels = pixels.baseAddress
      return (metadata.icc ?? []).withSpan { icc in
        request.icc = icc
        return exif.withSpan { exif in
          request.exif = exif
          return (metadata.xmp ?? []).withSpan { xmp in
            request.xmp = xmp
            return limpid_avif_encode(&request, &file, &message)
          }
        }
      }
    }
    switch status {
    case LIMPID_OK: return EncodedImage(bytes: [UInt8](consuming: file), warnings: warnings)
    case LIMPID_NO_MEMORY: throw .outOfMemory
    default:
      let reason = message.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
      throw .unsupported("no AVIF can be made: \(reason)")
    }
  }
}

import CodecShims
import Tensors

/// Encodes WebP by libwebp: without loss, unless a quality is asked for.
enum WebPEncoder {
  static func encode(_ image: Image, _ options: EncodingOptions)
    throws(ImageError) -> EncodedImage
  {
    var warnings: [String] = []
    if options.depth == .sixteen { warnings.append("WebP stores 8 bits, not the 16 asked for") }
    let metadata = image.metadata
    warnings += metadata.withoutPlace(in: .webp)
    let hasAlpha = image.channels.hasAlpha
    let pixels = Samples.interleaved(
      image.coloured, pixels: image.pixelCount, channels: hasAlpha ? 4 : 3, depth: .eight)
    var request = limpid_webp_request()
    request.width = UInt32(clamping: image.width)
    request.height = UInt32(clamping: image.height)
    request.channels = hasAlpha ? 4 : 3
    request.quality = options.quality.map { Int32($0.clamped(to: 1...100)) } ?? 0
    let icc = metadata.icc ?? []
    let exif = metadata.exifWithSettings(&warnings) ?? []
    var file = limpid_bytes()
    var message: UnsafePointer<CChar>?
    let status = pixels.withUnsafeBufferPointer { pixels in
      request.pixels = pixels.baseAddress
      return icc.withSpan { icc in
        request.icc = icc
        return exif.withSpan { exif in
          request.exif = exif
          return (metadata.xmp ?? []).withSpan { xmp in
            request.xmp = xmp
            return limpid_webp_encode(&request, &file, &message)
          }
        }
      }
    }
    switch status {
    case LIMPID_OK: return EncodedImage(bytes: [UInt8](consuming: file), warnings: warnings)
    case LIMPID_NO_MEMORY: throw .outOfMemory
    default:
      throw .unsupported("no WebP can be made: \(message.map { String(cString: $0) } ?? "")")
    }
  }
}

extension Image {
  /// The samples with three planes of colour, whatever there are.
  var coloured: [Float] {
    guard channels.colourCount == 1 else { return samples }
    let gray = plane(0)
    return Array(gray + gray + gray) + samples.dropFirst(pixelCount)
  }
}

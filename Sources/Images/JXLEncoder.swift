import CodecShims
import Tensors

/// Encodes JPEG XL by libjxl: without loss, unless a quality is asked for.
enum JXLEncoder {
  static func encode(_ image: Image, _ options: EncodingOptions)
    throws(ImageError) -> EncodedImage
  {
    try ImageFormat.jxl.requireLibrary()
    let metadata = image.metadata
    var warnings = metadata.withoutPlace(in: .jxl)
    let depth = options.depth ?? image.depth
    let pixels = Samples.interleaved(
      image.samples, pixels: image.pixelCount, channels: image.channels.rawValue, depth: depth)
    var request = limpid_jxl_request()
    request.width = UInt32(clamping: image.width)
    request.height = UInt32(clamping: image.height)
    request.channels = Int32(image.channels.rawValue)
    request.bit_depth = Int32(depth.rawValue)
    request.quality = options.quality.map { Int32($0.clamped(to: 1...100)) } ?? 0
    request.orientation = Int32(image.storedOrientation.rawValue)
    if let points = metadata.declaredColour?.codingPoints {
      request.has_coding_points = true
      request.coding_points = points.bytes
    }
    // Four bytes say where in the box the block begins.
    let exif = metadata.exifWithSettings(&warnings).map { [0, 0, 0, 0] + $0 } ?? []
    var file = limpid_bytes()
    let status = pixels.withUnsafeBufferPointer { pixels in
      request.pixels = pixels.baseAddress
      return (metadata.icc ?? []).withSpan { icc in
        request.icc = icc
        return exif.withSpan { exif in
          request.exif = exif
          return (metadata.xmp ?? []).withSpan { xmp in
            request.xmp = xmp
            return limpid_jxl_encode(&request, &file)
          }
        }
      }
    }
    switch status {
    case LIMPID_OK: return EncodedImage(bytes: [UInt8](consuming: file), warnings: warnings)
    case LIMPID_NO_MEMORY: throw .outOfMemory
    default: throw .unsupported("libjxl cannot encode it")
    }
  }
}

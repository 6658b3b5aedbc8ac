import CodecShims

/// Encodes TIFF by libtiff, in strips compressed by Deflate.
enum TIFFEncoder {
  static func encode(_ image: Image, _ options: EncodingOptions)
    throws(ImageError) -> EncodedImage
  {
    var warnings: [String] = []
    let metadata = image.metadata
    if !metadata.text.isEmpty {
      warnings.append("PNG text is not carried into a TIFF")
    }
    if metadata.exif != nil { warnings.append("EXIF is not carried into a TIFF") }
    let depth = options.depth ?? image.depth
    let pixels = Samples.interleaved(
      image.samples, pixels: image.pixelCount, channels: image.channels.rawValue, depth: depth)
    var request = limpid_tiff_request()
    request.width = UInt32(clamping: image.width)
    request.height = UInt32(clamping: image.height)
    request.channels = Int32(image.channels.rawValue)
    request.bit_depth = Int32(depth.rawValue)
    request.level = Int32(min(max(options.compression, 0), 9))
    request.dots_x = Double(metadata.density?.x ?? 0)
    request.dots_y = Double(metadata.density?.y ?? 0)
    var file = limpid_bytes()
    var message: UnsafePointer<CChar>?
    let status = pixels.withUnsafeBufferPointer { pixels in
      request.pixels = pixels.baseAddress
      return (metadata.icc ?? []).withSpan { icc in
        request.icc = icc
        return (metadata.xmp ?? []).withSpan { xmp in
          request.xmp = xmp
          guard let settings = metadata.settings else {
            return limpid_tiff_encode(&request, &file, &message)
          }
          return settings.withCString { software in
            request.software = software
            return limpid_tiff_encode(&request, &file, &message)
          }
        }
      }
    }
    switch status {
    case LIMPID_OK: return EncodedImage(bytes: [UInt8](consuming: file), warnings: warnings)
    case LIMPID_NO_MEMORY: throw .outOfMemory
    default:
      throw .unsupported("no TIFF can be made: \(message.map { String(cString: $0) } ?? "")")
    }
  }
}

import Images
import LimpidCommand
import Restoration

/// What a server can do and how much of it.
struct Capabilities: Encodable {
  let version = Program.version
  /// That pictures are written in.
  let formats = ImageFormat.allCases.filter(\.isWritten).map(\.fileEnding)
  let dtype: String
  let math: String
  let max_batch_size: String
  let max_queue_delay_microseconds: Int
  /// Names of what requests may ask for besides a model.
  let options = RequestedRestoration.options.sorted()
  /// Names of pictures that they may bring along besides the one that is restored.
  let pictures = RequestedRestoration.pictures.sorted()
  let limits: [String: Int]

  init(_ settings: ServeSettings) {
    let limits = settings.limits
    dtype = settings.dtype?.rawValue ?? "auto"
    math = settings.isStrict ? "strict" : "fast"
    max_batch_size =
      switch settings.batching {
      case .auto: "auto"
      case .size(let size): "\(size)"
      }
    max_queue_delay_microseconds = Int(settings.queueDelay / .microseconds(1))
    self.limits = [
      "upload_bytes": limits.uploadBytes, "pixels": limits.pixels,
      "side": settings.imageLimits.side, "queue_size": limits.queueSize,
      "queue_bytes": limits.queueBytes, "queue_seconds": limits.queueSeconds,
      "per_key": limits.keySize, "connections": limits.connections,
      "idle_seconds": limits.idleSeconds, "transfer_seconds": limits.bodySeconds,
      "request_seconds": limits.answerSeconds, "result_seconds": limits.resultSeconds,
      "result_bytes": limits.resultBytes, "loaded_models": settings.loadedModels,
    ]
  }
}

extension ImageFormat {
  /// As HTTP calls it.
  var mediaType: String {
    switch self {
    case .png: "image/png"
    case .jpeg: "image/jpeg"
    case .webp: "image/webp"
    case .tiff: "image/tiff"
    case .heic: "image/heic"
    case .avif: "image/avif"
    case .jxl: "image/jxl"
    case .y4m: "video/x-yuv4mpeg"
    }
  }
}

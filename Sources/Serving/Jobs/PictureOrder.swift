import Batch
import Images
import LimpidCommand
import Paths
import Pictures
import Restoration

/// A picture with what is to be done to it, checked as far as that is possible before work begins.
struct PictureOrder: Sendable {
  let file: [UInt8]
  let name: Path
  let pictures: GuidePictures
  /// What the model is called.
  let model: String
  /// Of all pages that are restored.
  let pixels: Int
  let output: OutputOptions
  let format: ImageFormat
  let system: SystemOptions
  let guides: GuideSources
  /// What restores.
  let worker: WorkerOptions

  /// Reads the headers of pictures; pixels are not decoded here.
  /// - Throws: ``RequestFault`` for a picture that cannot be read, or is too large.
  init(
    _ form: RestorationForm, _ requested: RequestedRestoration, model: String,
    _ limits: ImageLimits
  ) throws(RequestFault) {
    (file, name, self.model) = (form.file, form.name, model)
    (system, guides, worker) = (requested.system, requested.guides, requested.worker)
    var output = requested.output
    do {
      let recognised = try form.file.withUnsafeBytes { try ImageFormat(recognising: $0) }
      let pages = try ImageHeader.pages(of: form.file, all: output.pages == .all, limits: limits)
      pixels = pages.reduce(0) { $0 + $1.width * $1.height }
      format = output.format ?? recognised
    } catch {
      throw RequestFault(picture: error)
    }
    guard pixels <= limits.pixels else {
      throw RequestFault(413, "too_large", "the pages have more than \(limits.pixels) pixels")
    }
    pictures = try GuidePictures(form.pictures, limits)
    output.format = format
    self.output = output
    do throws(LimpidError) {
      _ = try output.encoding(for: "the result")
    } catch {
      throw RequestFault(usage: error)
    }
  }
}

extension RequestFault {
  /// What is wrong with a picture, which is in memory: nothing of this names a path.
  /// - Parameter name: of one that belongs to the picture; nil for the picture itself.
  init(picture error: any Error, called name: String? = nil) {
    let start = name.map { "\($0): " } ?? ""
    guard let error = error as? ImageError else {
      self.init(422, "bad_image", start + "the picture cannot be read")
      return
    }
    let message = start + error.description
    switch error {
    case .unknownFormat: self.init(415, "unknown_format", message)
    case .tooLarge: self.init(413, "too_large", message)
    case .truncated, .corrupt, .unsupported, .unfit: self.init(422, "bad_image", message)
    case .outOfMemory: self.init(503, "no_memory", message, retryAfter: 10)
    case .file: self.init(422, "bad_image", start + "the picture cannot be read")
    }
  }

  /// What became of a picture in a run.
  init(_ error: LimpidError, in phase: BatchPhase) {
    switch (error.kind, phase) {
    case (.failed, .decode), (.failed, .encode), (.usage, _):
      self.init(422, "bad_image", error.description)
    case (.temporary, _):
      self.init(
        503, "device_lost", "the device could not restore the picture this time", retryAfter: 5)
    default: self.init(500, "failed", "the picture could not be restored")
    }
  }
}

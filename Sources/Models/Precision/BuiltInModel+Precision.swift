import CModels

extension BuiltInModel {
  /// What `limpid precision` said of it.
  /// - Throws: ``BundleError`` for a file that is none.
  func precision() throws -> PrecisionVerdict {
    let embedded =
      switch self {
      case .denoiser: limpid_denoiser_precision()
      case .upscalerX2: limpid_upscaler_x2_precision()
      case .upscalerX4: limpid_upscaler_x4_precision()
      case .upRestorer: limpid_up_restorer_precision()
      }
    let bytes = UnsafeRawBufferPointer(start: embedded.bytes, count: embedded.length)
    return try PrecisionVerdict(parsing: [UInt8](bytes))
  }
}

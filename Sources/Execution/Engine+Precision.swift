import OpenCLExecutor

extension Engine {
  /// How many values of networks' results in f16 were no finite numbers since the last call.
  package func takeOverflows() -> Int { overflows.take() }

  /// Whether products in f16 go through matrix instructions that the device has itself.
  package var hasMatrixUnits: Bool {
    guard case .openCL(let executor) = backend else { return false }
    return executor.hasMatrixUnits
  }

  /// Whether they go through the imitation of such instructions.
  package var emulatesMatrixUnits: Bool {
    guard case .openCL(let executor) = backend else { return false }
    return executor.emulatesMatrixUnits
  }

  /// The device's name; `reference` for that.
  package var deviceName: String { device?.name ?? identifier }
}

import Execution
import Models
import OpenCLExecutor
import Pictures
import Tensors

/// How the values of a restoration are stored on its devices.
struct StoragePrecision {
  let dtype: DType
  /// Whether nobody chose, and nobody has measured what half precision costs the model.
  let isUnmeasured: Bool

  /// What was chosen; else f16 where the model's verdict allows it and all devices have matrix
  /// units.
  /// - Throws: ``LimpidError`` for a verdict that cannot be read.
  init(_ options: DeviceOptions, of model: Model) throws(LimpidError) {
    if let chosen = options.chosenDType {
      (dtype, isUnmeasured) = (chosen, false)
      return
    }
    let verdict = try model.precision()
    isUnmeasured = verdict == nil
    let isHalf = verdict?.dtype == .f16 && options.devices.allSatisfy(Self.hasMatrixUnits)
    dtype = isHalf ? .f16 : .f32
  }

  /// Whatever is wrong with a device is told by those who run something on it.
  private static func hasMatrixUnits(_ device: String) -> Bool {
    guard let choice = DeviceSelector(device), choice != .reference else { return false }
    return (try? Devices.hasMatrixUnits(choice)) ?? false
  }

  /// What may make a run on such devices faster.
  static let advice =
    "nobody has measured what half precision costs this model: limpid precision tells, and then "
    + "it may run in f16 here; --dtype chooses"
}

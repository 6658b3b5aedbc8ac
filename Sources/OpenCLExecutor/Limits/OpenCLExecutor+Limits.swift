import Foundation

extension OpenCLExecutor {
  /// What the device can do at best: as an earlier process measured it for this device and driver,
  /// else measured, and kept for the next.
  /// - Parameter anew: whether it is measured though it is known.
  package func limits(anew: Bool = false) throws -> DeviceLimits {
    let key =
      device.identity + [
        "\(target.family)",
        KernelLibrary.source("portable/limits", definitions: target.features.definitions),
        KernelLibrary.source("gpu/matrix_limit", definitions: []),
      ]
    let entry = CacheEntry(remembering: "limits", key)
    if !anew, let bytes = entry?.read(),
      let known = try? JSONDecoder().decode(DeviceLimits.self, from: Data(bytes))
    {
      return known
    }
    let found = try LimitProbe(self).limits()
    if let text = try? JSONEncoder().encode(found) { entry?.write([UInt8](text)) }
    return found
  }
}

import Foundation

extension OpenCLExecutor {
  /// What the device can do at best: as an earlier process measured it for this device and driver,
  /// else measured, and kept for the next.
  /// - Parameter anew: whether it is measured though it is known.
  package func limits(anew: Bool = false) throws -> DeviceLimits {
    let key = [
      device.platform, device.vendor, device.name, device.version, device.driver,
      "\(device.computeUnits)", "\(target.family)",
      KernelLibrary.source("portable/limits", definitions: target.features.definitions),
      KernelLibrary.source("gpu/matrix_limit", definitions: []),
    ].joined(separator: "\n")
    let entry = CacheFolder.path("limits").map { CacheEntry(folder: $0, key: key) }
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

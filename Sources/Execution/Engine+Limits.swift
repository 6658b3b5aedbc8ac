import OpenCLExecutor
import Pictures

extension Engine {
  /// What the device can do at best, which is measured once and kept; nil for the reference.
  package func limits() throws(LimpidError) -> DeviceLimits? {
    guard case .openCL(let executor) = backend else { return nil }
    do {
      return try executor.limits()
    } catch {
      throw LimpidError(error, subject: identifier)
    }
  }
}

/// An error of an executor.
package protocol ExecutionError: Error {
  /// Whether the device, and not the program, ran out: a smaller job may succeed.
  var isExhaustion: Bool { get }
}

extension Error {
  /// Whether a device ran out, see ``ExecutionError/isExhaustion``; false for every other error.
  package var meansExhaustion: Bool { (self as? any ExecutionError)?.isExhaustion ?? false }
}

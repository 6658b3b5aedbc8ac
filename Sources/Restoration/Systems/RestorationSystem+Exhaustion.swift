import IR
import Pictures

extension RestorationSystem {
  /// Does work on the device.
  /// - Parameter release: gives memory back; called when there was too little.
  func releasing<Result>(
    _ release: () -> Void, whenExhausted work: () throws -> Result
  ) throws(LimpidError) -> Result {
    do {
      return try work()
    } catch {
      if error.meansExhaustion { release() }
      throw LimpidError(error)
    }
  }
}

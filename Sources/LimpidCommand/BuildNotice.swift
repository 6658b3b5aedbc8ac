import OpenCLExecutor
import Synchronization

/// What a person at a terminal is told while kernels are compiled.
enum BuildNotice {
  private static let current = Mutex<String?>(nil)

  /// Such as `compiling kernels, 3 of 24, once per machine`; nil while none are.
  static var text: String? { current.withLock { $0 } }

  /// Keeps ``text`` up to date from now on.
  static func begin() {
    BuildAids.shared.withLock {
      $0.report = { built, all in
        let text = "compiling kernels, \(built) of \(all), once per machine"
        current.withLock { $0 = built < all ? text : nil }
      }
    }
  }
}

#if FUZZING
import FuzzTargets
import Glibc

/// libFuzzer's main loop (compiler-rt/lib/fuzzer/FuzzerInterface.h).
@_silgen_name("LLVMFuzzerRunDriver")
private func fuzzerRunDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

enum Driver {
  /// A C function holds no context.
  nonisolated(unsafe) private static var target = FuzzTarget.json

  static func run(_ target: FuzzTarget) -> CInt {
    Self.target = target
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    return fuzzerRunDriver(&count, &arguments) { bytes, size in
      _ = Driver.target.accepts(UnsafeRawBufferPointer(start: bytes, count: size))
      return 0
    }
  }
}
#endif

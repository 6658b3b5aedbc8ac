import Diagnostics
import Foundation
import Pictures
import Reports

/// Processes of this program that run the built-in network once, in a cache folder of their own:
/// what somebody waits for who has just installed it, and the next time.
struct FirstRun {
  private let device: Int
  private let size: PixelSize

  /// - Parameter device: in the order of `limpid devices`.
  init(on device: Int, size: PixelSize?) {
    (self.device, self.size) = (device, size ?? PixelSize(height: 128, width: 128))
  }

  /// nil where the scope leaves the network out.
  func times(_ scope: ReportScope) throws(LimpidError) -> DeviceReport.FirstRun? {
    guard scope.keeps("built-in denoiser") else { return nil }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("limpid-report-\(UUID().uuidString)")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      return DeviceReport.FirstRun(
        size: size.description, firstSeconds: try seconds(folder),
        secondSeconds: try seconds(folder))
    } catch {
      throw LimpidError(error)
    }
  }

  /// From the start of the process to its end.
  private func seconds(_ cache: URL) throws -> Double {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe")
    process.arguments = [
      "bench", "--device", "opencl:\(device)", "--size", size.description, "--repeats", "1",
      "--warmup", "0",
    ]
    // Drivers keep programs too, each in its own folder.
    let folders = ["XDG_CACHE_HOME", "POCL_CACHE_DIR", "CUDA_CACHE_PATH", "NEO_CACHE_DIR"]
    process.environment = folders.reduce(into: ProcessInfo.processInfo.environment) {
      $0[$1] = cache.path
    }
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    let seconds = try ContinuousClock().measure {
      try process.run()
      process.waitUntilExit()
    }.seconds
    guard process.terminationStatus == 0 else {
      throw LimpidError(.failed, "the built-in network does not run on opencl:\(device)")
    }
    return seconds
  }
}

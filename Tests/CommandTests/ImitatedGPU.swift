import Foundation
import Testing

/// A CPU runtime's device in the guise of a GPU, for processes that are started: see
/// Tests/ImitatedGPU.
struct ImitatedGPU: Sendable, CustomTestStringConvertible {
  /// As the layer's table has it.
  let key: String

  /// Exchange and matrix instructions by PTX, warpgroups among them; 48 KiB of local memory.
  static let h100 = ImitatedGPU(key: "h100")
  /// Exchange through local memory, groups of 256.
  static let radeon = ImitatedGPU(key: "radeon")
  /// Intel's sub-groups.
  static let arc = ImitatedGPU(key: "arc")
  /// 32 KiB of local memory, groups of 256, the machine's memory.
  static let mali = ImitatedGPU(key: "mali")

  static let all = [h100, radeon, arc, mali]

  var testDescription: String { key }

  /// What a process that is to see the device gets.
  /// - Parameter settings: `IMITATED_GPU_...` by what follows that prefix.
  func environment(_ settings: [String: String] = [:]) throws -> [String: String] {
    var environment = [
      "OPENCL_LAYERS": try Shim.imitatedGPU.get(), "IMITATED_GPU": key,
      // So few that small pictures take large tiles too.
      "IMITATED_GPU_UNITS": "1",
    ].merging(try Self.runtime()) { $1 }
    for (name, value) in settings { environment["IMITATED_GPU_" + name] = value }
    return environment
  }

  /// What a process that is to see Intel's runtime alone gets.
  static func runtime() throws -> [String: String] { ["OCL_ICD_VENDORS": try driver()] }

  /// The file that names Intel's runtime, which computes in groups as fast as alone.
  private static func driver() throws -> String {
    let folder = ProcessInfo.processInfo.environment["OCL_ICD_VENDORS"] ?? "/etc/OpenCL/vendors"
    let name = try FileManager.default.contentsOfDirectory(atPath: folder).first { name in
      let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      return text?.contains("intelocl") == true
    }
    return "\(folder)/\(try #require(name, "Intel's OpenCL runtime is needed"))"
  }
}

extension TemporaryFolder {
  /// What the layer wrote down, one object for each refusal and each process.
  func record(_ name: String = "record") throws -> [[String: Any]] {
    let text = String(decoding: (try? bytes(name)) ?? [], as: UTF8.self)
    return try text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }
}

import CBuild
import Execution
import Images

/// What `limpid --version` says.
enum Version {
  static let number = "0.1.0"

  /// With the commit that was built, where it is known.
  static var full: String {
    let commit = String(cString: limpid_commit())
    return number + (commit.isEmpty ? "" : " (commit \(commit))")
  }

  static var compiler: String { String(cString: limpid_compiler()) }

  static func print() {
    Terminal.say("limpid \(full)")
    Terminal.say("compiler: \(compiler)")
    Terminal.say("formats: \(ImageFormat.summary)")
    guard let devices = try? Devices.openCL(), !devices.isEmpty else {
      Terminal.say("OpenCL: none")
      return
    }
    for device in devices {
      Terminal.say("OpenCL: \(device.platform), \(device.version), driver \(device.driver)")
    }
  }
}

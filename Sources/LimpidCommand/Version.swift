import CBuild
import Execution
import Images

/// What `limpid --version` says.
enum Version {
  static let number = "0.1.0"

  static func print() {
    let commit = String(cString: limpid_commit())
    Terminal.say("limpid \(number)" + (commit.isEmpty ? "" : " (commit \(commit))"))
    Terminal.say("compiler: \(String(cString: limpid_compiler()))")
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

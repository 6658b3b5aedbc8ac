import Glibc
import OpenCL
import Reports

extension Version {
  /// What a report was made with; of the system its kind and its kernel, not its name.
  static func facts(of devices: [Device]) -> [MachineReport.Fact] {
    var system = utsname()
    uname(&system)
    let own = [
      ("limpid", full), ("compiler", compiler), ("Swift", swift),
      (
        "system",
        [text(&system.sysname), text(&system.release), text(&system.machine)]
          .joined(separator: " ")
      ),
    ]
    let platforms = devices.map { device in
      ("OpenCL", "\(device.platform), \(device.version), driver \(device.driver)")
    }
    return (own + platforms).map { MachineReport.Fact($0.0, $0.1) }
  }

  /// The compiler's version, as far as a program can tell it.
  private static var swift: String {
    #if compiler(>=6.4)
    "6.4 or later"
    #elseif compiler(>=6.3)
    "6.3"
    #else
    "6.2"
    #endif
  }

  /// A C string that lies in a tuple.
  private static func text<Characters>(_ characters: inout Characters) -> String {
    withUnsafeBytes(of: &characters) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

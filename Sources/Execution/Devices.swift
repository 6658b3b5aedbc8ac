import OpenCL
import OpenCLExecutor
import Pictures

/// What this machine can run networks on.
package enum Devices {
  /// Every OpenCL device, in the loader's order; empty without OpenCL.
  package static func openCL() throws(LimpidError) -> [Device] {
    do {
      return try Device.all()
    } catch {
      throw LimpidError(.unavailable, "OpenCL does not work here: \(error)")
    }
  }

  /// What programs that are built and run on the device for that tell of it, in f16:
  /// names and values for readers.
  package static func findings(
    on device: Device
  ) throws(LimpidError) -> [(name: String, value: String)] {
    do {
      return try OpenCLExecutor(device, dtype: .f16, probesAnew: true).findings
    } catch {
      throw LimpidError(.unavailable, "\(device.name) does not work: \(error)")
    }
  }

  /// What is missing for devices to be found, a sentence each.
  package static func complaints() throws(LimpidError) -> [String] {
    let drivers = Drivers()
    let devices = try openCL()
    let isEmpty = drivers.complaints.isEmpty && devices.isEmpty
    return isEmpty ? [drivers.reasonForNone] : drivers.complaints
  }

  /// That there is no OpenCL device, and why.
  static var nothing: LimpidError {
    LimpidError(.unavailable, "no OpenCL device: \(Drivers().reasonForNone)")
  }
}

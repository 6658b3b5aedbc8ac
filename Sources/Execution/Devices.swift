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

  /// The OpenCL device that a choice means, with its place among ``openCL()``.
  /// - Throws: ``LimpidError`` where there is none; the reference is none.
  package static func chosen(
    _ choice: DeviceSelector
  ) throws(LimpidError) -> (index: Int, device: Device) {
    let devices = try openCL()
    let numbered = Array(devices.enumerated())
    let found =
      switch choice {
      case .auto:
        numbered.filter(\.element.isGPU).max { $0.element.rank < $1.element.rank }
          ?? numbered.first { $0.element.isCPU }
      case .cpu: numbered.first { $0.element.isCPU }
      case .openCL(let index): devices.indices.contains(index) ? numbered[index] : nil
      case .reference: nil as (offset: Int, element: Device)?
      }
    if let found { return (found.offset, found.element) }
    guard !devices.isEmpty else { throw nothing }
    let known = numbered.map { "opencl:\($0.offset) (\($0.element.name))" }
    throw LimpidError(
      .unavailable, "no such device; there are " + (known + ["reference"]).joined(separator: ", "))
  }

  /// Whether products in f16 would go through matrix units that the device has itself.
  package static func hasMatrixUnits(_ choice: DeviceSelector) throws -> Bool {
    try OpenCLExecutor.hasMatrixUnits(try chosen(choice).device)
  }

  /// What programs that are built and run on the device for that tell of it, in f16, and what it
  /// can do at best: names and values for readers.
  package static func findings(
    on device: Device
  ) throws(LimpidError) -> [(name: String, value: String)] {
    do {
      let executor = try OpenCLExecutor(device, dtype: .f16, probesAnew: true)
      return executor.findings + (try executor.limits(anew: true).findings)
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
  package static var nothing: LimpidError {
    LimpidError(.unavailable, "no OpenCL device: \(Drivers().reasonForNone)")
  }
}

extension Device {
  /// What makes a GPU preferable: memory of its own before all, then more of it, then more units.
  fileprivate var rank: (Int, Int, Int) { (isIntegrated ? 0 : 1, globalMemory, computeUnits) }
}

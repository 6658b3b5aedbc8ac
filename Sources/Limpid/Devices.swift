import OpenCL

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

  package static let nothingInstalled = LimpidError(
    .unavailable,
    "no OpenCL device: install your GPU's OpenCL driver, or PoCL for the CPU "
      + "(apt-get install pocl-opencl-icd)")
}

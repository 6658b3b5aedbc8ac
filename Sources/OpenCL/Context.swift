import COpenCL

/// A device with the context in which its buffers and programs live.
package final class Context: @unchecked Sendable {
  package let device: Device
  let handle: cl_context

  package init(_ device: Device) throws(OpenCLError) {
    self.device = device
    var id: cl_device_id? = device.id
    handle = try create("clCreateContext") { clCreateContext(nil, 1, &id, nil, nil, $0) }
  }

  deinit { clReleaseContext(handle) }
}

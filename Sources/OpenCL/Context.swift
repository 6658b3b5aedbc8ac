import COpenCL

/// A device with the context in which its buffers and programs live.
package final class Context: @unchecked Sendable {
  package let device: Device
  /// What buffers of this context take.
  package let memory: DeviceMemory
  let handle: cl_context

  package init(_ device: Device, memory: DeviceMemory = DeviceMemory()) throws(OpenCLError) {
    self.device = device
    self.memory = memory
    var id: cl_device_id? = device.id
    handle = try create("clCreateContext") { clCreateContext(nil, 1, &id, nil, nil, $0) }
  }

  deinit { clReleaseContext(handle) }
}

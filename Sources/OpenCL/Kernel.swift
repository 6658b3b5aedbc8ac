import COpenCL

/// One entry of a program with arguments of its own.
package final class Kernel: @unchecked Sendable {
  let handle: cl_kernel
  package let name: String
  package let argumentCount: Int
  private let device: Device

  package init(_ program: Program, _ name: String) throws(OpenCLError) {
    self.name = name
    device = program.device
    handle = try create("clCreateKernel(\(name))") { clCreateKernel(program.handle, name, $0) }
    var count: cl_uint = 0
    try check(
      clGetKernelInfo(
        handle, cl_kernel_info(CL_KERNEL_NUM_ARGS), MemoryLayout<cl_uint>.size, &count, nil),
      "clGetKernelInfo")
    argumentCount = Int(count)
  }

  deinit { clReleaseKernel(handle) }

  /// Work-items that a group of this kernel may have on the device that it was built for.
  package var largestGroup: Int {
    get throws(OpenCLError) {
      var size = 0
      try check(
        clGetKernelWorkGroupInfo(
          handle, device.id, cl_kernel_work_group_info(CL_KERNEL_WORK_GROUP_SIZE),
          MemoryLayout<Int>.size, &size, nil),
        "clGetKernelWorkGroupInfo(\(name))")
      return size
    }
  }

  /// The name of parameter `index` in the source; nil when the program was built without
  /// `-cl-kernel-arg-info` or from a binary that lacks it.
  package func parameterName(_ index: Int) -> String? {
    let key = cl_kernel_arg_info(CL_KERNEL_ARG_NAME)
    var size = 0
    guard clGetKernelArgInfo(handle, cl_uint(index), key, 0, nil, &size) == CL_SUCCESS else {
      return nil
    }
    var bytes = [UInt8](repeating: 0, count: size)
    guard clGetKernelArgInfo(handle, cl_uint(index), key, size, &bytes, nil) == CL_SUCCESS else {
      return nil
    }
    return string(bytes)
  }

  package func set(_ index: Int, _ buffer: Buffer) throws(OpenCLError) {
    var handle: cl_mem? = buffer.handle
    try set(index, size: MemoryLayout<cl_mem>.size, &handle)
  }

  package func set<Scalar: BitwiseCopyable>(_ index: Int, _ scalar: Scalar) throws(OpenCLError) {
    var scalar = scalar
    try set(index, size: MemoryLayout<Scalar>.size, &scalar)
  }

  private func set(_ index: Int, size: Int, _ value: UnsafeRawPointer) throws(OpenCLError) {
    let code = clSetKernelArg(handle, cl_uint(index), size, value)
    guard code == CL_SUCCESS else {
      throw OpenCLError(call: "clSetKernelArg(\(name), \(index))", code: code)
    }
  }
}

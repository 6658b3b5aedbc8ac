import COpenCL

/// A built program.
package final class Program: @unchecked Sendable {
  let handle: cl_program
  let device: Device

  /// Builds OpenCL C.
  /// - Throws: the failing call with the compiler's log.
  package init(_ context: Context, source: String, options: String) throws(OpenCLError) {
    device = context.device
    handle = try create("clCreateProgramWithSource") { code in
      source.withCString { text in
        var text: UnsafePointer<CChar>? = text
        return clCreateProgramWithSource(context.handle, 1, &text, nil, code)
      }
    }
    try build(options)
  }

  /// Builds what ``binary()`` returned on the same device and driver.
  package init(_ context: Context, binary: [UInt8], options: String) throws(OpenCLError) {
    device = context.device
    handle = try create("clCreateProgramWithBinary") { code in
      binary.withUnsafeBufferPointer { bytes in
        var id: cl_device_id? = context.device.id
        var size = bytes.count
        var start = bytes.baseAddress
        var status: cl_int = CL_SUCCESS
        let program = clCreateProgramWithBinary(
          context.handle, 1, &id, &size, &start, &status, code)
        if code.pointee == CL_SUCCESS { code.pointee = status }
        return program
      }
    }
    try build(options)
  }

  deinit { clReleaseProgram(handle) }

  private func build(_ options: String) throws(OpenCLError) {
    var id: cl_device_id? = device.id
    let code = clBuildProgram(handle, 1, &id, options, nil, nil)
    guard code == CL_SUCCESS else {
      throw OpenCLError(call: "clBuildProgram", code: code, log: log())
    }
  }

  /// The compiler's messages.
  package func log() -> String {
    let key = cl_program_build_info(CL_PROGRAM_BUILD_LOG)
    var size = 0
    guard clGetProgramBuildInfo(handle, device.id, key, 0, nil, &size) == CL_SUCCESS, size > 1
    else { return "" }
    var bytes = [UInt8](repeating: 0, count: size)
    clGetProgramBuildInfo(handle, device.id, key, size, &bytes, nil)
    return string(bytes)
  }

  /// The compiled form, to be cached.
  package func binary() throws(OpenCLError) -> [UInt8] {
    var size = 0
    let word = MemoryLayout<Int>.size
    try check(
      clGetProgramInfo(handle, cl_program_info(CL_PROGRAM_BINARY_SIZES), word, &size, nil),
      "clGetProgramInfo")
    var bytes = [UInt8](repeating: 0, count: size)
    let code = bytes.withUnsafeMutableBufferPointer { buffer in
      var start = buffer.baseAddress
      return clGetProgramInfo(handle, cl_program_info(CL_PROGRAM_BINARIES), word, &start, nil)
    }
    try check(code, "clGetProgramInfo")
    return bytes
  }
}

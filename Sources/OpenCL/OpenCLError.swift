import COpenCL

/// A failed OpenCL call: its name, its code and, for builds, the compiler's log.
package struct OpenCLError: Error, Hashable, Sendable, CustomStringConvertible {
  package let call: String
  package let code: Int32
  package let log: String

  package init(call: String, code: Int32, log: String = "") {
    self.call = call
    self.code = code
    self.log = log
  }

  /// Whether memory ran out: a smaller job may succeed.
  package var isExhaustion: Bool {
    switch code {
    case CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_OUT_OF_HOST_MEMORY, CL_MAP_FAILURE,
      CL_INVALID_BUFFER_SIZE:
      true
    case CL_OUT_OF_RESOURCES: takesMemory
    default: false
    }
  }

  /// Whether a kernel died and took its context along: nothing works in that any more.
  package var isDeviceLoss: Bool {
    switch code {
    case CL_DEVICE_NOT_AVAILABLE, CL_INVALID_CONTEXT, CL_INVALID_COMMAND_QUEUE,
      CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, Self.illegalAccess:
      true
    // What drivers answer to a call that waits, when what it waits for has died.
    case CL_OUT_OF_RESOURCES: !takesMemory
    default: false
    }
  }

  /// Whether the call may be the first to use memory; drivers find out late that there is none.
  private var takesMemory: Bool {
    let calls = [
      "clCreateBuffer", "clEnqueueNDRangeKernel", "clEnqueueMapBuffer", "clEnqueueWriteBuffer",
      "clEnqueueCopyBuffer",
    ]
    return calls.contains { call.hasPrefix($0) }
  }

  /// NVIDIA's code for a kernel that accessed memory that is not its own.
  private static let illegalAccess: Int32 = -9999

  /// The code of a build that failed.
  package static let buildFailure = CL_BUILD_PROGRAM_FAILURE

  package var description: String {
    let name = Self.names[code].map { "CL_\($0)" } ?? "error \(code)"
    return "\(call): \(name)" + (log.isEmpty ? "" : "\n" + log)
  }

  private static let names: [Int32: String] = [
    -1: "DEVICE_NOT_FOUND", -2: "DEVICE_NOT_AVAILABLE", -3: "COMPILER_NOT_AVAILABLE",
    -4: "MEM_OBJECT_ALLOCATION_FAILURE", -5: "OUT_OF_RESOURCES", -6: "OUT_OF_HOST_MEMORY",
    -7: "PROFILING_INFO_NOT_AVAILABLE", -8: "MEM_COPY_OVERLAP", -11: "BUILD_PROGRAM_FAILURE",
    -12: "MAP_FAILURE", -13: "MISALIGNED_SUB_BUFFER_OFFSET", -14: "EXEC_STATUS_ERROR_IN_WAIT_LIST",
    -30: "INVALID_VALUE", -31: "INVALID_DEVICE_TYPE", -32: "INVALID_PLATFORM",
    -33: "INVALID_DEVICE", -34: "INVALID_CONTEXT", -36: "INVALID_COMMAND_QUEUE",
    -38: "INVALID_MEM_OBJECT", -42: "INVALID_BINARY", -43: "INVALID_BUILD_OPTIONS",
    -44: "INVALID_PROGRAM", -45: "INVALID_PROGRAM_EXECUTABLE", -46: "INVALID_KERNEL_NAME",
    -48: "INVALID_KERNEL", -49: "INVALID_ARG_INDEX", -50: "INVALID_ARG_VALUE",
    -51: "INVALID_ARG_SIZE", -52: "INVALID_KERNEL_ARGS", -53: "INVALID_WORK_DIMENSION",
    -54: "INVALID_WORK_GROUP_SIZE", -55: "INVALID_WORK_ITEM_SIZE", -57: "INVALID_EVENT_WAIT_LIST",
    -58: "INVALID_EVENT", -61: "INVALID_BUFFER_SIZE", -1001: "PLATFORM_NOT_FOUND_KHR",
  ]
}

/// Throws when `code` is not CL_SUCCESS.
func check(_ code: Int32, _ call: String) throws(OpenCLError) {
  guard code == CL_SUCCESS else { throw OpenCLError(call: call, code: code) }
}

/// Calls a creation function that reports its status through a pointer.
func create<Handle>(
  _ call: String, _ body: (UnsafeMutablePointer<Int32>) -> Handle?
) throws(OpenCLError) -> Handle {
  var code = CL_SUCCESS
  let handle = body(&code)
  try check(code, call)
  guard let handle else { throw OpenCLError(call: call, code: CL_INVALID_VALUE) }
  return handle
}

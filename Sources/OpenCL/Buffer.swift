import COpenCL

/// Device memory, or a window of a larger buffer.
package final class Buffer: @unchecked Sendable {
  let handle: cl_mem
  package let byteCount: Int
  /// Keeps the buffer alive that this one is a window of.
  private let parent: Buffer?
  /// Where an allocation is accounted for; nil for windows.
  private let memory: DeviceMemory?

  /// Allocates uninitialised memory.
  package init(_ context: Context, byteCount: Int) throws(OpenCLError) {
    self.byteCount = byteCount
    parent = nil
    memory = context.memory
    try context.memory.reserve(byteCount)
    do throws(OpenCLError) {
      handle = try create("clCreateBuffer(\(byteCount) bytes)") {
        clCreateBuffer(context.handle, cl_mem_flags(CL_MEM_READ_WRITE), byteCount, nil, $0)
      }
    } catch {
      context.memory.release(byteCount)
      throw error
    }
  }

  /// A window of `parent`; `offset` is a multiple of the device's ``Device/alignment``.
  package init(window parent: Buffer, offset: Int, byteCount: Int) throws(OpenCLError) {
    self.parent = parent
    memory = nil
    self.byteCount = byteCount
    var region = cl_buffer_region(origin: offset, size: byteCount)
    handle = try create("clCreateSubBuffer") {
      clCreateSubBuffer(
        parent.handle, cl_mem_flags(CL_MEM_READ_WRITE),
        cl_buffer_create_type(CL_BUFFER_CREATE_TYPE_REGION), &region, $0)
    }
  }

  deinit {
    clReleaseMemObject(handle)
    memory?.release(byteCount)
  }
}

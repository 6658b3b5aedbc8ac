import COpenCL

/// Device memory, or a window of a larger buffer.
package final class Buffer: @unchecked Sendable {
  let handle: cl_mem
  package let byteCount: Int
  /// Keeps the buffer alive that this one is a window of.
  private let parent: Buffer?
  /// Where an allocation is accounted for; nil for windows and the host's memory.
  private let memory: DeviceMemory?

  /// Allocates uninitialised memory.
  package init(_ context: Context, byteCount: Int) throws(OpenCLError) {
    self.byteCount = byteCount
    parent = nil
    memory = context.memory
    try context.memory.reserve(byteCount)
    do throws(OpenCLError) {
      handle = try Self.allocate(context, byteCount: byteCount)
    } catch {
      context.memory.release(byteCount)
      throw error
    }
  }

  /// Allocates memory of the host that a device reads and writes without the processor's help.
  package init(pinned context: Context, byteCount: Int) throws(OpenCLError) {
    self.byteCount = byteCount
    (parent, memory) = (nil, nil)
    handle = try create("clCreateBuffer(\(byteCount) pinned bytes)") {
      clCreateBuffer(
        context.handle, cl_mem_flags(CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR), byteCount, nil, $0)
    }
  }

  private static func allocate(
    _ context: Context, byteCount: Int
  ) throws(OpenCLError) -> cl_mem {
    let pages =
      context.device.isCPU && byteCount >= LargePages.pageSize
      ? LargePages(byteCount: byteCount) : nil
    let flags = CL_MEM_READ_WRITE | (pages == nil ? 0 : CL_MEM_USE_HOST_PTR)
    let handle = try create("clCreateBuffer(\(byteCount) bytes)") {
      clCreateBuffer(context.handle, cl_mem_flags(flags), byteCount, pages?.start, $0)
    }
    guard let pages else { return handle }
    // The runtime says when no command uses the memory any more.
    let keeper = Unmanaged.passRetained(pages)
    let code = clSetMemObjectDestructorCallback(
      handle, { Unmanaged<LargePages>.fromOpaque($1!).release() }, keeper.toOpaque())
    guard code == CL_SUCCESS else {
      clReleaseMemObject(handle)
      keeper.release()
      throw OpenCLError(call: "clSetMemObjectDestructorCallback", code: code)
    }
    return handle
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

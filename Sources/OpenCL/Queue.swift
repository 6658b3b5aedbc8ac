import COpenCL

/// An in-order command queue.
package final class Queue: @unchecked Sendable {
  private let handle: cl_command_queue
  private let isProfiling: Bool

  /// - Parameter profiling: makes ``launch(_:global:local:)`` return events that carry times.
  package init(_ context: Context, profiling: Bool = false) throws(OpenCLError) {
    isProfiling = profiling
    let properties = cl_command_queue_properties(profiling ? CL_QUEUE_PROFILING_ENABLE : 0)
    handle = try create("clCreateCommandQueue") {
      clCreateCommandQueue(context.handle, context.device.id, properties, $0)
    }
  }

  /// Waits, since commands under way when the process ends use what the runtime's library has
  /// destroyed by then.
  deinit {
    clFinish(handle)
    clReleaseCommandQueue(handle)
  }

  /// Enqueues a kernel whose arguments are set. Returns its event on a profiling queue.
  /// - Parameter start: the first number of the work-items on the first axis.
  @discardableResult
  package func launch(
    _ kernel: Kernel, global: [Int], from start: Int = 0, local: [Int]?
  ) throws(OpenCLError) -> Event? {
    var event: cl_event?
    let offset = start == 0 ? nil : [start] + [Int](repeating: 0, count: global.count - 1)
    let code = withUnsafeMutablePointer(to: &event) { pointer in
      clEnqueueNDRangeKernel(
        handle, kernel.handle, cl_uint(global.count), offset, global, local, 0, nil,
        isProfiling ? pointer : nil)
    }
    try checkUse(code, "clEnqueueNDRangeKernel(\(kernel.name))")
    return event.map(Event.init)
  }

  /// Throws when `code`, of a call that may have used memory for the first time, is not CL_SUCCESS:
  /// what waiting says, where that fails too, since then it was not for want of memory.
  private func checkUse(_ code: Int32, _ call: String) throws(OpenCLError) {
    guard code != CL_SUCCESS else { return }
    if code == CL_OUT_OF_RESOURCES { try finish() }
    throw OpenCLError(call: call, code: code)
  }

  /// Copies host bytes to the start of a buffer and waits for it.
  package func write(_ bytes: UnsafeRawBufferPointer, to buffer: Buffer) throws(OpenCLError) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    try checkUse(
      clEnqueueWriteBuffer(
        handle, buffer.handle, cl_bool(CL_TRUE), 0, bytes.count, base, 0, nil, nil),
      "clEnqueueWriteBuffer")
  }

  /// What a mapped buffer is for.
  package enum Mapping {
    /// What it holds is lost.
    case writing
    case reading
  }

  /// Where the start of a buffer, or all of it, can be written or read, once everything that was
  /// enqueued is done. ``unmap(_:from:)`` ends it.
  package func map(
    _ buffer: Buffer, byteCount: Int? = nil, for mapping: Mapping = .writing
  ) throws(OpenCLError) -> UnsafeMutableRawBufferPointer {
    let flags =
      switch mapping {
      case .writing: CL_MAP_WRITE_INVALIDATE_REGION
      case .reading: CL_MAP_READ
      }
    let size = byteCount ?? buffer.byteCount
    var code = CL_SUCCESS
    let memory = clEnqueueMapBuffer(
      handle, buffer.handle, cl_bool(CL_TRUE), cl_map_flags(flags), 0, size, 0, nil, nil, &code)
    try checkUse(code, "clEnqueueMapBuffer")
    guard let memory else { throw OpenCLError(call: "clEnqueueMapBuffer", code: CL_MAP_FAILURE) }
    return UnsafeMutableRawBufferPointer(start: memory, count: size)
  }

  /// Gives a mapped buffer back to the device, before anything that is enqueued later.
  package func unmap(
    _ memory: UnsafeMutableRawBufferPointer, from buffer: Buffer
  ) throws(OpenCLError) {
    try check(
      clEnqueueUnmapMemObject(handle, buffer.handle, memory.baseAddress, 0, nil, nil),
      "clEnqueueUnmapMemObject")
  }

  /// Waits for everything enqueued and copies the start of a buffer to the host.
  package func read(_ buffer: Buffer, into bytes: UnsafeMutableRawBufferPointer)
    throws(OpenCLError)
  {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    try check(
      clEnqueueReadBuffer(
        handle, buffer.handle, cl_bool(CL_TRUE), 0, bytes.count, base, 0, nil, nil),
      "clEnqueueReadBuffer")
  }

  /// Enqueues a copy of `source`.
  /// - Parameters:
  ///   - start: the first byte that is copied.
  ///   - offset: where it goes.
  ///   - byteCount: nil for all.
  package func copy(
    _ source: Buffer, from start: Int = 0, to target: Buffer, at offset: Int = 0,
    byteCount: Int? = nil
  ) throws(OpenCLError) {
    try checkUse(
      clEnqueueCopyBuffer(
        handle, source.handle, target.handle, start, offset, byteCount ?? source.byteCount, 0,
        nil, nil),
      "clEnqueueCopyBuffer")
  }

  /// Waits until the device has done everything enqueued.
  package func finish() throws(OpenCLError) { try check(clFinish(handle), "clFinish") }
}

/// A launch on a profiling queue.
package final class Event {
  private let handle: cl_event

  init(_ handle: cl_event) { self.handle = handle }

  deinit { clReleaseEvent(handle) }

  /// Seconds from start to end on the device; call it after ``Queue/finish()``.
  package func seconds() throws(OpenCLError) -> Double {
    let start = try time(CL_PROFILING_COMMAND_START)
    return Double(try time(CL_PROFILING_COMMAND_END) &- start) * 1e-9
  }

  private func time(_ key: Int32) throws(OpenCLError) -> UInt64 {
    var nanoseconds: cl_ulong = 0
    try check(
      clGetEventProfilingInfo(
        handle, cl_profiling_info(key), MemoryLayout<cl_ulong>.size, &nanoseconds, nil),
      "clGetEventProfilingInfo")
    return nanoseconds
  }
}

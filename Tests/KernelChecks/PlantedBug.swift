import OpenCL

/// Kernels that read what they must not: one element past the end of a buffer, and a buffer that
/// nobody wrote.
enum PlantedBug {
  private static let source = """
    __kernel void past_end(__global float *written, __global float *unwritten) {
      const size_t i = get_global_id(0);
      unwritten[i] = written[i + 1];
    }
    __kernel void never_written(__global float *written, __global float *unwritten) {
      const size_t i = get_global_id(0);
      written[i] = unwritten[i];
    }
    """

  static func run(on device: Device) throws {
    let context = try Context(device)
    let queue = try Queue(context)
    let program = try Program(context, source: source, options: "")
    let count = 4
    let values = [Float](repeating: 1, count: count)
    // All buffers live until the end, for the reason that KeepingExecutor gives.
    let buffers = try (0..<4).map { _ in try Buffer(context, byteCount: count * 4) }
    for (start, name) in [(0, "past_end"), (2, "never_written")] {
      let kernel = try Kernel(program, name)
      try values.withUnsafeBytes { try queue.write($0, to: buffers[start]) }
      for index in 0..<2 { try kernel.set(index, buffers[start + index]) }
      try queue.launch(kernel, global: [count], local: nil)
      try queue.finish()
    }
    withExtendedLifetime(buffers) {}
  }
}

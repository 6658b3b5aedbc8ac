import OpenCL

/// A kernel that reads one element past the end of its buffer.
enum PlantedBug {
  private static let source = """
    __kernel void planted(__global const float *x, __global float *y) {
      const size_t i = get_global_id(0);
      y[i] = x[i + 1];
    }
    """

  static func run(on device: Device) throws {
    let context = try Context(device)
    let queue = try Queue(context)
    let kernel = try Kernel(try Program(context, source: source, options: ""), "planted")
    let count = 4
    let buffers = try (0..<2).map { _ in try Buffer(context, byteCount: count * 4) }
    try [Float](repeating: 1, count: count).withUnsafeBytes { try queue.write($0, to: buffers[0]) }
    for (index, buffer) in buffers.enumerated() { try kernel.set(index, buffer) }
    try withExtendedLifetime(buffers) {
      try queue.launch(kernel, global: [count], local: nil)
      try queue.finish()
    }
  }
}

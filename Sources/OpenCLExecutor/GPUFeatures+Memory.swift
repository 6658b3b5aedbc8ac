import OpenCL

extension GPUFeatures {
  /// What an earlier process found out about the device and its driver; else what probes find, kept
  /// for the next.
  /// - Parameter probesAnew: whether the device is asked though an answer is remembered.
  static func remembered(
    _ context: Context, _ queue: Queue, triesWarpgroups: Bool, probesAnew: Bool
  ) -> GPUFeatures {
    let entry = entry(of: context.device, triesWarpgroups: triesWarpgroups)
    if !probesAnew, let known = entry?.read().flatMap(GPUFeatures.init(remembered:)) {
      return known
    }
    let found = GPUFeatures(probing: context, queue, triesWarpgroups: triesWarpgroups)
    entry?.write(found.remembered)
    return found
  }

  /// The same as executors for f16 find, of a device that is opened only if nothing is remembered.
  static func known(of device: Device) throws -> GPUFeatures {
    let entry = entry(of: device, triesWarpgroups: true)
    if let known = entry?.read().flatMap(GPUFeatures.init(remembered:)) { return known }
    let context = try Context(device, memory: DeviceMemory())
    return remembered(context, try Queue(context), triesWarpgroups: true, probesAnew: false)
  }

  private static func entry(of device: Device, triesWarpgroups: Bool) -> CacheEntry? {
    CacheEntry(
      remembering: "probes",
      device.identity + [
        triesWarpgroups ? "warpgroups" : "",
        KernelLibrary.source("gpu/probe", definitions: []),
        KernelLibrary.source(WarpgroupTile.kernel.file, definitions: []),
      ])
  }

  /// As text: the exchange, the matrix unit or -1, the bytes of warpgroups, and their fault.
  private var remembered: [UInt8] {
    let numbers = [exchange.rawValue, matrixUnit?.rawValue ?? -1, warpgroupBytes]
    let lines = numbers.map(String.init) + (warpgroupFault.map { [$0] } ?? [])
    return Array(lines.joined(separator: "\n").utf8)
  }

  private init?(remembered bytes: [UInt8]) {
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false)
    let numbers = lines.prefix(3).compactMap { Int($0) }
    guard numbers.count == 3, let exchange = Exchange(rawValue: numbers[0]) else { return nil }
    self.init(exchange: exchange, matrixUnit: MatrixUnit(rawValue: numbers[1]))
    warpgroupBytes = numbers[2]
    warpgroupFault = lines.count > 3 ? String(lines[3]) : nil
  }
}

import OpenCL

extension GPUFeatures {
  /// What an earlier process found out about the device and its driver; else what probes find, kept
  /// for the next.
  /// - Parameter probesAnew: whether the device is asked though an answer is remembered.
  static func remembered(
    _ context: Context, _ queue: Queue, triesWarpgroups: Bool, probesAnew: Bool
  ) -> GPUFeatures {
    let key =
      context.device.identity + [
        triesWarpgroups ? "warpgroups" : "",
        KernelLibrary.source("gpu/probe", definitions: []),
        KernelLibrary.source(WarpgroupTile.kernel.file, definitions: []),
      ]
    let entry = CacheEntry(remembering: "probes", key)
    if !probesAnew, let bytes = entry?.read(), let known = GPUFeatures(remembered: bytes) {
      return known
    }
    let found = GPUFeatures(probing: context, queue, triesWarpgroups: triesWarpgroups)
    entry?.write(found.remembered)
    return found
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

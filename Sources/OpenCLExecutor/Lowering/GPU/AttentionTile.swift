/// How attention on GPUs cuts its work. None of it changes a bit of the result.
protocol AttentionTile {
  /// The kernel that works in such tiles.
  static var kernel: (file: String, entry: String) { get }
  /// Queries and work-items of a group.
  var queries: Int { get }
  var groupSize: Int { get }
  /// Channels of values of a group.
  var part: Int { get }
  /// Bytes of local memory of a group.
  var localBytes: Int { get }

  func define(in program: inout ProgramText)
}

extension AttentionTile {
  /// The text of the kernel for such heads.
  func program(_ head: AttentionHead) -> ProgramText {
    var program = head.program(Self.kernel.file)
    program.define("BM", queries)
    program.define("PART", part)
    define(in: &program)
    return program
  }

  func cut(queries count: Int, _ head: AttentionHead) -> AttentionCut {
    AttentionCut(
      program: program(head), entry: Self.kernel.entry, items: groups(count, head) * groupSize,
      local: [groupSize, 1, 1], isDivisible: true)
  }

  /// Groups that share the queries of a head.
  func groups(_ count: Int, _ head: AttentionHead) -> Int {
    ceilDivide(count, by: queries) * ceilDivide(head.value, by: part)
  }

  /// Whether the device has the local memory and the work-items for a group, and its compiler has
  /// not said otherwise.
  func fits(_ head: AttentionHead, _ target: Target) -> Bool {
    localBytes <= target.device.localMemory && groupSize <= target.device.largestWorkGroup
      && !target.oversized.hold(program(head))
  }
}

extension AttentionHead {
  /// The first of the tiles that the device can hold, larger ones coming first, that gives half of
  /// the compute units a group of an image.
  func tile(queries: Int, heads: Int, for target: Target) -> any AttentionTile {
    let usesMatrixUnit = target.isHalf && target.features.matrixUnit != nil
    let tiles: [any AttentionTile] =
      usesMatrixUnit ? MatrixAttentionTile.tiles(for: self) : FloatAttentionTile.tiles(for: self)
    let held = tiles.filter { $0.fits(self, target) }
    let candidates = held.isEmpty ? Array(tiles.suffix(1)) : held
    return candidates.first {
      2 * $0.groups(queries, self) * heads >= target.device.computeUnits
    } ?? candidates[candidates.count - 1]
  }

  /// Channels in as few even shares as have at most `most` each.
  static func share(of channels: Int, most: Int, multiple: Int) -> Int {
    roundUp(ceilDivide(channels, by: ceilDivide(channels, by: most)), to: multiple)
  }
}

import OpenCL

/// Runs the products of warpgroups on a device and compares them with what they must be.
///
/// Their operands are small whole numbers, whose products are exact in any order.
struct WarpgroupProbe {
  /// What a device did wrong.
  struct Mismatch: Error, CustomStringConvertible {
    let description: String
  }

  private let context: Context
  private let queue: Queue
  private let programs: ProgramCache
  private let definitions: [String]
  private let isSpliced: Bool

  /// The local memory that kernels may have whose products can be relied on.
  ///
  /// No device tells the truth of it, so tiles that need less and less are tried until one is
  /// right; and the smallest, of which many share a compute unit: faults of order may show there
  /// alone.
  /// - Parameter definitions: those of the device's other features.
  /// - Throws: why no tile can be relied on.
  static func localBytes(on device: Device, definitions: [String]) throws -> Int {
    let tiles = WarpgroupTile.choices.flatMap(\.values).map(WarpgroupTile.init)
      .sorted { $0.localBytes > $1.localBytes }
    let sizes = tiles.indices.filter { $0 == 0 || tiles[$0].localBytes != tiles[$0 - 1].localBytes }
    var refusal: OpenCLError?
    for tile in sizes.map({ tiles[$0] }) {
      do {
        try check(tile, on: device, definitions)
        if let smallest = tiles.last, tile.localBytes > smallest.localBytes {
          try check(smallest, on: device, definitions)
        }
        return tile.localBytes
      } catch let error as OpenCLError where error.call != PTXSplice.call {
        refusal = refusal ?? error
      }
    }
    throw refusal ?? Mismatch(description: "there are no tiles")
  }

  private static func check(
    _ tile: WarpgroupTile, on device: Device, _ definitions: [String]
  ) throws {
    // A device that faults may take its context along.
    let probe = try WarpgroupProbe(device, definitions: definitions, isSpliced: true)
    for groups in [1, 4 * device.computeUnits] { try probe.check(tile, groups: groups) }
  }

  /// - Parameter isSpliced: whether the instructions are spliced; otherwise they are emulated.
  init(_ device: Device, definitions: [String], isSpliced: Bool) throws {
    context = try Context(device)
    queue = try Queue(context)
    programs = ProgramCache(context, folder: nil)
    (self.definitions, self.isSpliced) = (definitions, isSpliced)
  }

  /// Multiplies more slices than a tile holds, the last of them short, in groups of which the last
  /// has rows past the end.
  func check(_ tile: WarpgroupTile, groups: Int) throws {
    let columns = tile.groupColumns
    let depth = (tile.stages + 2) * tile.depth + 16
    let rows = tile.groupRows * groups - 3
    let packing = PanelPacking.slices(
      panels: 1, columns: columns, depths: depth, slice: tile.depth)
    var weights = [Float16](repeating: 0, count: packing.count)
    for index in 0..<depth * columns {
      weights[index] = Float16(Self.weight(index / columns, index % columns))
    }
    weights.withUnsafeMutableBytes {
      packing.apply(PackedElements(bytes: $0, dtype: .f16))
    }
    let block = (0..<tile.groupRows * depth).map { Float16(Self.value($0 / depth, $0 % depth)) }
    let operand = Array((0..<groups).flatMap { _ in block }.prefix(rows * depth))
    let result = try product(tile, operand, weights, rows: rows, depth: depth)
    let expected = (0..<tile.groupRows * columns).map {
      Self.sum($0 / columns, $0 % columns, depth: depth)
    }
    let wrong = result.indices.filter { result[$0] != expected[$0 % expected.count] }
    guard let first = wrong.first else { return }
    throw Mismatch(
      description: "\(wrong.count) of \(result.count) products of \(groups) groups differ, first "
        + "row \(first / columns), column \(first % columns): \(result[first]) instead of "
        + "\(expected[first % expected.count])")
  }

  private func product(
    _ tile: WarpgroupTile, _ operand: [Float16], _ weights: [Float16], rows: Int, depth: Int
  ) throws -> [Float16] {
    var text = ProgramText(file: WarpgroupTile.kernel.file)
    tile.define(in: &text)
    for name in ["KH", "KW", "POINTWISE", "HALF_STORAGE"] { text.define(name, 1) }
    text.define("WIDTH", 4)
    let source = KernelLibrary.source(text.file, definitions: definitions + text.definitions)
    let kernel = try Kernel(
      try programs.program(source, isSpliced: isSpliced), WarpgroupTile.kernel.entry)
    var result = [Float16](repeating: 0, count: rows * tile.groupColumns)
    let bias = [Float](repeating: Float(Self.bias), count: tile.groupColumns)
    let buffers = try [operand.count * 2, weights.count * 2, bias.count * 4, result.count * 2]
      .map { try Buffer(context, byteCount: $0) }
    try operand.withUnsafeBytes { try queue.write($0, to: buffers[0]) }
    try weights.withUnsafeBytes { try queue.write($0, to: buffers[1]) }
    try bias.withUnsafeBytes { try queue.write($0, to: buffers[2]) }
    try result.withUnsafeBytes { try queue.write($0, to: buffers[3]) }
    for (index, buffer) in buffers.enumerated() { try kernel.set(index, buffer) }
    // An image of one line, from the rows on to the paddings.
    let (columns, pitches) = (tile.groupColumns, [depth, 0, tile.groupColumns, 0])
    let numbers = [rows, 1, rows, depth, 1, rows, columns, 1, 0, 0] + pitches
    for (index, number) in numbers.enumerated() { try kernel.set(4 + index, Int32(number)) }
    let groups = ceilDivide(rows, by: tile.groupRows)
    try queue.launch(kernel, global: [groups * tile.groupSize], local: [tile.groupSize])
    try result.withUnsafeMutableBytes { try queue.read(buffers[3], into: $0) }
    return result
  }

  private static let bias = 3
  private static func value(_ row: Int, _ depth: Int) -> Int {
    (37 * row + 101 * depth + 17 * row * depth) % 251 % 5 - 2
  }
  private static func weight(_ depth: Int, _ column: Int) -> Int {
    (53 * depth + 89 * column + 29 * column * depth) % 241 % 5 - 2
  }
  private static func sum(_ row: Int, _ column: Int, depth: Int) -> Float16 {
    Float16((0..<depth).reduce(bias) { $0 + value(row, $1) * weight($1, column) })
  }
}

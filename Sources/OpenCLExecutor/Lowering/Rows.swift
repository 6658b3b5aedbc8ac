import IR
import Tensors

/// Where the rows of a value lie, as kernels are told.
///
/// A value by itself fills its storage. One in some lanes of wider rows has a longer way from a row
/// to the next, and begins at a lane.
struct Rows: Hashable {
  let storage: Storage
  /// Elements from a row to the next.
  let pitch: Int
  /// Elements before the first.
  let start: Int

  /// Those of a value by itself.
  init(_ storage: Storage, _ placement: Placement) {
    self.init(storage, pitch: placement.lanes, start: 0)
  }

  init(_ storage: Storage, pitch: Int, start: Int) {
    (self.storage, self.pitch, self.start) = (storage, pitch, start)
  }

  /// Whether nothing lies between the rows of a value in `placement`.
  func areWhole(in placement: Placement) -> Bool { pitch == placement.lanes && start == 0 }

  /// The same rows from a lane on.
  func from(_ lane: Int) -> Rows { Rows(storage, pitch: pitch, start: start + lane) }

  /// The same place under the name of another storage.
  func moved(to storage: Storage) -> Rows { Rows(storage, pitch: pitch, start: start) }

  /// What kernels that bear any pitch are told of the rows of their parameter `name`.
  func arguments(_ name: String) -> [(name: String, value: Argument)] {
    [(name + "_pitch", .int(pitch)), (name + "_start", .int(start))]
  }
}

extension Lowering {
  /// Rows of the value in the given placement, for a kernel that bears any pitch.
  func rows(of value: Graph.Value, as placement: Placement) throws -> Rows {
    if let rows = rows(of: value), self.placement(of: value) == placement { return rows }
    return Rows(try operand(value, as: placement), placement)
  }

  /// Makes room for a value whose kernel bears any pitch, in a concatenation where it has its place
  /// there, and records it.
  func defineRows(_ value: Graph.Value, _ placement: Placement) -> Rows {
    guard let home = concatenations?.homes[value], placement == .standard(graph[value].shape) else {
      return Rows(define(value, placement), placement)
    }
    let rows = rows(in: home, placement)
    place(value, placement, rows)
    return rows
  }

  private func rows(in home: ConcatenationPlan.Home, _ placement: Placement) -> Rows {
    let wide = Placement.standard(graph[home.host].shape)
    let host = wideStorages[home.host] ?? allocate(wide)
    wideStorages[home.host] = host
    return Rows(part(of: host, placement), pitch: wide.lanes, start: home.start)
  }

  /// A storage for the lanes of a value in the rows of another.
  func part(of host: Storage, _ placement: Placement) -> Storage {
    allocate(
      byteCount: placement.byteCount(elementBytes: target.dtype.byteCount), within: host)
  }

  /// Whether two storages are parts of the same memory.
  func shareMemory(_ first: Storage, _ second: Storage) -> Bool {
    guard case .arena(let first) = first, case .arena(let second) = second else { return false }
    return hosts[first] == hosts[second]
  }
}

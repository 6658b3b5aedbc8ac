/// A piece of device memory that a step names.
enum Storage: Hashable {
  /// A value of the graph, or scratch of a step; lives in the arena.
  case arena(Int)
  /// Parameters, packed once.
  case constant(Int)
}

/// What a kernel parameter is given.
enum Argument {
  case read(Storage)
  case write(Storage)
  /// 32 bits.
  case int(Int)
  /// 64 bits.
  case long(Int)
  case float(Float)
  /// A vector of eight ints: the digits given, and the same number for each of the others.
  case digits([Int], rest: Int)
}

/// The text of a program: generated definitions in front of a kernel file.
struct ProgramText: Hashable {
  /// Name in the kernel library, such as `wide/gemm`.
  let file: String
  /// `#define` lines.
  var definitions: [String] = []

  mutating func define(_ name: String, _ value: some CustomStringConvertible) {
    definitions.append("#define \(name) \(value)")
  }
}

/// One kernel launch of a plan.
struct Step {
  let program: ProgramText
  let entry: String
  /// In the order of the kernel's parameters, under their names.
  let arguments: [(name: String, value: Argument)]
  let global: [Int]
  var local: [Int]?
  /// What the step computes, for reports: op and weight path.
  let label: String
  /// Floating-point operations.
  var flops = 0

  var storages: [Storage] {
    arguments.compactMap {
      switch $0.value {
      case .read(let storage), .write(let storage): storage
      case .int, .long, .float, .digits: nil
      }
    }
  }
}

/// A piece of device memory that a step names.
enum Storage: Hashable, Sendable {
  /// A value of the graph, or scratch of a step; lives in the arena.
  case arena(Int)
  /// Parameters, packed once.
  case constant(Int)
}

/// What a kernel parameter is given.
enum Argument: Sendable {
  case read(Storage)
  case write(Storage)
  /// 32 bits.
  case int(Int)
  /// 32 bits, a number for each pass of the step.
  case eachPass([Int])
  /// 64 bits.
  case long(Int)
  case float(Float)
  /// A vector of eight ints: the digits given, and the same number for each of the others.
  case digits([Int], rest: Int)
}

/// The text of a program: generated definitions in front of a kernel file.
struct ProgramText: Hashable, Sendable {
  /// Name in the kernel library, such as `cpu/gemm`.
  let file: String
  /// `#define` lines.
  var definitions: [String] = []

  mutating func define(_ name: String, _ value: some CustomStringConvertible) {
    definitions.append("#define \(name) \(value)")
  }
}

/// One kernel launch of a plan, or passes that differ in a few numbers.
struct Step: Sendable {
  let program: ProgramText
  let entry: String
  /// In the order of the kernel's parameters, under their names.
  let arguments: [(name: String, value: Argument)]
  /// The global size of each pass; one of no work-items is not launched.
  let globals: [[Int]]
  var local: [Int]?
  /// What the step computes, for reports: op and weight path.
  let label: String
  /// Floating-point operations of all passes.
  var flops = 0

  init(
    program: ProgramText, entry: String, arguments: [(name: String, value: Argument)],
    globals: [[Int]], local: [Int]? = nil, label: String, flops: Int = 0
  ) {
    self.program = program
    self.entry = entry
    self.arguments = arguments
    self.globals = globals
    self.local = local
    self.label = label
    self.flops = flops
  }

  /// A step of a single pass.
  init(
    program: ProgramText, entry: String, arguments: [(name: String, value: Argument)],
    global: [Int], local: [Int]? = nil, label: String, flops: Int = 0
  ) {
    self.init(
      program: program, entry: entry, arguments: arguments, globals: [global], local: local,
      label: label, flops: flops)
  }

  var storages: [Storage] {
    arguments.compactMap {
      switch $0.value {
      case .read(let storage), .write(let storage): storage
      case .int, .eachPass, .long, .float, .digits: nil
      }
    }
  }
}

/// A piece of device memory that a step names.
enum Storage: Hashable, Sendable {
  /// A value of the graph, or scratch of a step; lives in the arena.
  case arena(Int)
  /// Parameters, packed once.
  case constant(Int)
  /// A value that stays between runs, by its number.
  case kept(Int)
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
  /// Whether the local size may be any divisor of the global size.
  private var choosesLocal = false
  /// What the step computes, for reports: op and weight path.
  let label: String
  /// Floating-point operations of all passes.
  var flops = 0
  /// How many of them an algorithm saves.
  var savedFlops = 0
  /// Whether the work-items know their place by their global numbers alone, so that a pass may be
  /// launched in parts.
  var isDivisible = false

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

  /// The same with the local size that it has, or the largest divisor of every pass's first extent
  /// up to `largest` work-items; left to itself a runtime may choose 1.
  func choosingLocal(upTo largest: Int) -> Step {
    guard local == nil || choosesLocal else { return self }
    var step = self
    step.local = [Int](repeating: 1, count: globals[0].count)
    step.local?[0] =
      (1...max(largest, 1)).last { size in
        globals.allSatisfy { $0[0].isMultiple(of: size) }
      } ?? 1
    step.choosesLocal = true
    return step
  }

  /// The parts of the first axis in which a pass is launched, so that no launch has many more than
  /// `limit` operations.
  func parts(of pass: Int, limit: Int) -> [Range<Int>] {
    let extent = globals[pass][0]
    let count = isDivisible ? ceilDivide(flops / globals.count, by: limit) : 1
    guard count > 1, let group = local?.first else { return [0..<extent] }
    let length = roundUp(ceilDivide(extent, by: count), to: group)
    return stride(from: 0, to: extent, by: length).map { $0..<min($0 + length, extent) }
  }

  /// Work-items of a group.
  var groupSize: Int { (local ?? []).reduce(1, *) }

  /// The same in groups of at most `largest` work-items.
  func fitted(to largest: Int) throws(GroupRefusal) -> Step {
    guard groupSize > largest else { return self }
    guard choosesLocal else {
      throw GroupRefusal(program: program, groupSize: groupSize, largest: largest)
    }
    return choosingLocal(upTo: largest)
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

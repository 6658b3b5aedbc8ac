import IR

@testable import OpenCLExecutor

/// The launches of a plan for a GPU, launches that are alike counted: what tools/gpu-forecast
/// makes times of.
struct LaunchRecord {
  /// What launches have in common that take the same time.
  struct Row: Hashable {
    /// A kernel file and its entry.
    let kernel: String
    /// Numbers that are defined in it, names of hooks, and the whole numbers that it is given.
    let parameters: String
    /// Work-groups, and work-items of each.
    let groups: Int
    let groupSize: Int
    /// Floating-point operations.
    let flops: Int
    /// Of values and constants, each counted once.
    let bytes: Int

    init(_ turn: Schedule.Turn, of lowered: LoweredGraph) {
      let step = lowered.steps[turn.step]
      kernel = "\(step.program.file):\(step.entry)"
      parameters = Self.parameters(of: step, pass: turn.pass).joined(separator: " ")
      let global = step.globals[turn.pass]
      let local = step.local ?? [Int](repeating: 1, count: global.count)
      groupSize = local.reduce(1, *)
      groups = global.reduce(1, *) / groupSize
      flops = step.flops / step.globals.count
      bytes = Set(step.storages).reduce(0) {
        switch $1 {
        case .arena(let index): $0 + lowered.arena[index]
        case .constant(let index): $0 + lowered.constants[index].byteCount
        case .kept(let index): $0 + lowered.kept[index]
        }
      }
    }

    private static func parameters(of step: Step, pass: Int) -> [String] {
      let definitions = step.program.definitions.compactMap { definition in
        let words = definition.split(separator: " ", maxSplits: 2).dropFirst().map(String.init)
        let name = words[0].prefix { $0 != "(" }
        if name.count < words[0].count { return hook(String(name), body: definition) }
        return words.count == 2 && Int(words[1]) != nil ? "\(name)=\(words[1])" : nil
      }
      let numbers = step.arguments.compactMap { name, value in
        switch value {
        case .int(let number): "\(name)=\(number)"
        case .eachPass(let numbers): "\(name)=\(numbers[pass])"
        case .read, .write, .long, .float, .digits: nil
        }
      }
      return definitions + numbers
    }

    /// A hook with the functions that it calls, such as EPILOGUE:silu.
    private static func hook(_ name: String, body: String) -> String {
      let calls = body.matches(of: /[a-z_]+(?=\()/).map { String($0.output) }
      return ([name] + calls).joined(separator: ":")
    }

    var columns: [String] {
      [kernel, parameters] + [groups, groupSize, flops, bytes].map { "\($0)" }
    }
  }

  static let header = [
    "network", "launches", "kernel", "parameters", "groups", "group size", "flops", "bytes",
  ].joined(separator: "\t")

  /// In the order in which they are met first.
  let rows: [(row: Row, count: Int)]

  init(_ lowered: LoweredGraph) {
    let all = lowered.schedule.turns.map { Row($0, of: lowered) }
    var counts: [Row: Int] = [:]
    for row in all { counts[row, default: 0] += 1 }
    var known: Set<Row> = []
    rows = all.filter { known.insert($0).inserted }.map { ($0, counts[$0]!) }
  }

  /// Lines of a table, under `header`.
  func lines(named network: String) -> [String] {
    rows.map { ([network, "\($0.count)"] + $0.row.columns).joined(separator: "\t") }
  }
}

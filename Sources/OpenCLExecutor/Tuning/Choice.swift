/// One choice of how kernels cut their work: what tables and files call it, and what it may be.
///
/// No value changes a bit of a strict result, and none is chosen by the batch. Values are numbers,
/// or extents such as a register tile's rows and vectors; their spelling is `8` or `6x4`.
package struct Choice: Hashable, Sendable {
  package let name: String
  /// Everything that it may be.
  package let values: [[Int]]
  /// What it decides.
  package let meaning: String
  /// Whether it decides which algorithm a fast plan takes, and so its last bits.
  package let decidesAlgorithm: Bool

  init(_ name: String, _ values: [[Int]], _ meaning: String, decidesAlgorithm: Bool = false) {
    self.name = name
    self.values = values
    self.meaning = meaning
    self.decidesAlgorithm = decidesAlgorithm
  }

  init(_ name: String, _ values: [Int], _ meaning: String, decidesAlgorithm: Bool = false) {
    self.init(name, values.map { [$0] }, meaning, decidesAlgorithm: decidesAlgorithm)
  }

  /// The choices of a family of kernels.
  package static func all(of family: KernelFamily) -> [Choice] {
    switch family {
    case .cpu: cpu
    case .gpu: gpu
    }
  }

  /// A value as tables and files spell it.
  package static func spelled(_ value: [Int]) -> String {
    value.map(String.init).joined(separator: "x")
  }

  /// The value that is spelled so; nil when there is none.
  package func value(spelled text: String) -> [Int]? {
    values.first { Self.spelled($0) == text }
  }
}

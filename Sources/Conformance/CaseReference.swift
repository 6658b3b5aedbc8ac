/// What names a case to another process of the same program.
package enum CaseReference: Hashable, Codable, Sendable {
  /// One of ``AllCases``, by its name.
  case registered(String)
  case random(RandomCase)

  /// nil where no case has the name.
  package var subject: (any ExecutorCase)? {
    switch self {
    case .registered(let name): AllCases.named(name)
    case .random(let drawn): drawn.drawn().subject
    }
  }

  /// What it is about: the op's kind, or of a graph the first word of its name.
  package var topic: String {
    switch self {
    case .registered(let name):
      switch AllCases.named(name) {
      case let subject as OpCase: OpKind(subject.op).map { "\($0)" } ?? name
      case is FuzzCase: "random graphs"
      default: "graphs"
      }
    case .random(let drawn): "\(drawn.kind)"
    }
  }

  /// The op with its parameters, and its operands; the name of a graph.
  package var details: String {
    guard let subject = self.subject as? OpCase else {
      return self.subject?.name ?? "no such case"
    }
    let operands = subject.operands.map { ($0.role == .weight ? "w" : "") + "\($0.shape)" }
    let op = "\(subject.op)".replacing("IR.", with: "")
    return "\(op) on \(operands.joined(separator: " "))"
  }
}

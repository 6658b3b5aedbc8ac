import Conformance
import Diagnostics

/// The cases of one comparison as JUnit's XML has them: what disagrees is a failure, what crashes
/// or does not run an error.
struct JUnitSuite {
  private var cases: [String] = []
  private var failures = 0
  private var errors = 0

  mutating func add(_ row: OpParityRow) {
    let name = Self.escaped(OpParityReport.name(row.reference))
    let head = "<testcase classname=\"\(row.reference.topic)\" name=\"\(name)\""
    guard let fault = row.outcome.fault else { return cases.append(head + "/>") }
    let element: String
    switch row.outcome {
    case .compared:
      element = "failure"
      failures += 1
    case .refused, .crashed:
      element = "error"
      errors += 1
    }
    cases.append(
      "\(head)><\(element) message=\"\(fault)\">\(Self.escaped(OpParityReport.line(row)))"
        + "</\(element)></testcase>")
  }

  func text(named name: String) -> String {
    "<testsuite name=\"\(Self.escaped(name))\" tests=\"\(cases.count)\" failures=\"\(failures)\" "
      + "errors=\"\(errors)\">\n" + cases.map { $0 + "\n" }.joined() + "</testsuite>\n"
  }

  static func document(_ suites: [String]) -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n\(suites.joined())</testsuites>\n"
  }

  /// Text and values of attributes; XML 1.0 has no control characters.
  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { escaped, scalar in
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\0"..<" " where scalar != "\n": escaped += "?"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
  }
}

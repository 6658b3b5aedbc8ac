import Foundation

/// What `limpid report` found out on a machine: the document that pages and comparisons are made
/// of. It holds no paths, no names of hosts or users and no serial numbers.
package struct MachineReport: Codable, Hashable, Sendable {
  /// Of the document's form.
  package static let currentFormat = 1

  package let format: Int
  /// Whether only what is done in two minutes was looked at.
  package let isQuick: Bool
  /// What it was made with.
  package let versions: [Fact]
  package let devices: [DeviceReport]

  package init(isQuick: Bool, versions: [Fact], devices: [DeviceReport]) {
    format = Self.currentFormat
    (self.isQuick, self.versions, self.devices) = (isQuick, versions, devices)
  }

  /// Something that is told by a name and a value.
  package struct Fact: Codable, Hashable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  /// A document that is none, or of another form.
  package struct Unreadable: Error, CustomStringConvertible {
    package let description: String
  }

  /// Reads what ``json`` gave.
  /// - Throws: ``Unreadable``.
  package init(json: [UInt8]) throws(Unreadable) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let report = try? decoder.decode(MachineReport.self, from: Data(json)) else {
      throw Unreadable(description: "it is not of limpid report --json")
    }
    guard report.format == Self.currentFormat else {
      throw Unreadable(description: "it is a report of form \(report.format), which is unknown")
    }
    self = report
  }

  /// As JSON whose members are called in its style.
  package var json: String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Its numbers are finite.
    guard let data = try? encoder.encode(self) else { preconditionFailure("a report has no JSON") }
    return String(decoding: data, as: UTF8.self)
  }
}

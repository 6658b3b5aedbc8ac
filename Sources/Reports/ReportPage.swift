import CPages
import Pages

/// A report as an HTML page, alone in one file: it needs nothing else, asks for nothing and runs
/// nothing.
package struct ReportPage: Sendable {
  private let report: MachineReport

  package init(_ report: MachineReport) { self.report = report }

  /// The file.
  package var bytes: [UInt8] {
    let devices = report.devices.enumerated().map { DeviceSection($1, place: $0).markup }
    let parts: [String: [UInt8]] = [
      "title": Array(Markup.escaped(title).utf8),
      "style": Markup.part(limpid_report_style(), limpid_report_style_length()),
      "extent": Array(extent.utf8),
      "versions": Array(versions.utf8), "devices": Array(devices.joined().utf8),
    ]
    let markup = Markup.part(limpid_report_markup(), limpid_report_markup_length())
    return Markup.filled(markup, with: parts)
  }

  private var title: String {
    "Limpid on " + report.devices.map(\.name).joined(separator: " and ")
  }

  private var extent: String {
    report.isQuick ? "A quick look of about two minutes." : "A full look of about ten minutes."
  }

  private var versions: String {
    HTML.table(
      "Versions", ["of", "version"], report.versions.map { [$0.name, $0.value] }, class: "facts")
  }
}

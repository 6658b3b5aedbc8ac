import ArgumentParser
import Diagnostics
import Images
import Paths
import Pictures
import Reports

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Reports whether a device computes right, how fast, and what holds it back.",
    discussion: """
      A report has the device and its measured limits, the parity of all ops, a roofline of ops \
      and networks, the times of a first and a second run, and versions; no paths, names of \
      machines or serial numbers. It is a page (-o report.html) or a document (-o report.json). A \
      document given as an argument is made a page; two are compared: how many times as much the \
      second has of what the first has.
      """)

  @Argument(help: "Documents of earlier reports: one to make a page of, or two to compare.")
  var reports: [Path] = []

  @Option(
    name: .shortAndLong,
    help: "A file, a document where it ends in .json and a page otherwise; may be given twice.")
  var output: [Path] = []

  @Flag(help: "Take two minutes instead of ten.")
  var quick = false

  @Option(
    name: [.customShort("g"), .long], parsing: .unconditional,
    help: "auto, cpu (or -1), opencl:N or N, several as 0,1, or all; see limpid devices.")
  var device = "auto"

  @Option(help: "Only cases, ops and networks whose names hold this; several by commas.")
  var only: CommaList<String>?

  @Option(
    help: "Height x width of ops and of networks' pictures or latents; their own when left out.")
  var size: PixelSize?

  @Flag(help: "Print the document, or the comparison, as JSON.")
  var json = false

  @Flag(help: "Replace files that exist.")
  var overwrite = false

  @OptionGroup var optionsFile: OptionsFile

  func validate() throws {
    guard reports.count <= 2 else { throw ValidationError("at most two reports are compared") }
    guard reports.count < 2 || output.isEmpty else {
      throw ValidationError("a comparison is printed; --output belongs to one report")
    }
    try size?.validate(batch: 1)
  }

  func run() throws {
    if reports.count == 2 { return tell(try compared()) }
    let places = output.isEmpty && !json ? [Path("report.html")] : output
    let files = try places.map { place throws(LimpidError) in try file(place) }
    let report = try reports.first.map(Self.read) ?? measured()
    for file in files { try write(report, to: file) }
    if json { Terminal.say(report.json) }
  }

  private func measured() throws(LimpidError) -> MachineReport {
    let scope = ReportScope(
      isQuick: quick, filters: only?.elements ?? [], size: size.map { ($0.height, $0.width) })
    let chosen = try DeviceOptions.openCLDevices(device)
    var found: [DeviceReport] = []
    for (index, device) in chosen {
      let tell = { (part: String) in Terminal.complain("\(device.name): \(part)") }
      tell("first run")
      let firstRun = try FirstRun(on: index, size: size).times(scope)
      found.append(
        try DeviceProbe(index, device, scope).report(firstRun: firstRun, telling: tell))
    }
    let versions = Version.facts(of: chosen.map(\.device))
    return MachineReport(isQuick: quick, versions: versions, devices: found)
  }

  private func compared() throws(LimpidError) -> ReportComparison {
    ReportComparison(try Self.read(reports[0]), try Self.read(reports[1]))
  }

  private func tell(_ comparison: ReportComparison) {
    if json {
      Terminal.say(ReportComparisonTable.object(comparison).encoded)
    } else {
      for line in ReportComparisonTable.lines(comparison) { Terminal.say(line) }
    }
  }
}

extension ReportCommand {
  private static let byteLimit = 64 << 20

  private static func read(_ path: Path) throws(LimpidError) -> MachineReport {
    do {
      return try MachineReport(json: try InputFile.read(path, limit: byteLimit))
    } catch let error as MachineReport.Unreadable {
      throw LimpidError(.badData, "\(path): \(error)")
    } catch {
      throw LimpidError(error, subject: path)
    }
  }

  private func file(_ path: Path) throws(LimpidError) -> OutputFile {
    do {
      try OutputFile.createDirectory(of: path)
      return try OutputFile(path, overwrite: overwrite, protecting: reports)
    } catch {
      throw LimpidError(error, subject: path)
    }
  }

  private func write(_ report: MachineReport, to file: OutputFile) throws(LimpidError) {
    let isDocument = file.path.text.hasSuffix(".json")
    do {
      try file.write(isDocument ? Array((report.json + "\n").utf8) : ReportPage(report).bytes)
    } catch {
      throw LimpidError(error, subject: file.path)
    }
  }
}

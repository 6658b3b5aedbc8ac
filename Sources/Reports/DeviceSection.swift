import OpenCLExecutor
import Pages

/// What a page says of one device.
struct DeviceSection {
  private let device: DeviceReport
  private let place: Int
  /// Ops and networks with their numbers.
  private let marks: [Roofline.Mark]

  /// - Parameter place: among the devices of the page.
  init(_ device: DeviceReport, place: Int) {
    (self.device, self.place) = (device, place)
    let workloads =
      device.ops.map { (work: $0, isNetwork: false) }
      + device.networks.map { (work: $0, isNetwork: true) }
    marks = workloads.enumerated().map { index, entry in
      Roofline.Mark(number: index + 1, workload: entry.work, isNetwork: entry.isNetwork)
    }
  }

  var markup: String {
    """
    <article aria-labelledby="\(id("device"))">
    <h2 id="\(id("device"))">\(Markup.escaped(device.name))</h2>
    \(facts)\(limits)\(parity)\(roofline)\(networks)\(firstRun)\(leftOut)</article>

    """
  }

  private func id(_ name: String) -> String { "\(name)-\(place)" }

  private var facts: String {
    HTML.section(
      "Device", id: id("facts"),
      HTML.table(
        "What it says of itself", ["property", "value"], device.facts.map { [$0.name, $0.value] },
        class: "facts"))
  }

  private var limits: String {
    let findings = device.limits.findings.map { finding in
      [finding.name.replacing("_", with: " "), finding.value]
    }
    return HTML.section(
      "Limits", id: id("limits"),
      HTML.paragraph("What the device has been seen to do at best, which all shares are of.")
        + HTML.table("Measured limits", ["limit", "value"], findings, class: "facts"))
  }

  private var parity: String {
    let tables = device.parity.map { parity in
      let rest = parity.skipped > 0 ? "; there was no time for \(parity.skipped) more" : ""
      let topics = parity.topics.map { topic in
        [
          topic.name, "\(topic.cases)", "\(topic.agreed)",
          topic.worstError.map(Numbers.brief) ?? "none",
        ]
      }
      return HTML.paragraph("\(parity.agreed) of \(parity.cases) cases agree\(rest).")
        + "<details><summary>\(Markup.escaped(parity.executor))</summary>\n"
        + HTML.table(
          "Cases of \(parity.executor)", ["op", "cases", "agree", "worst NMSE"], topics)
        + "</details>\n"
        + HTML.table(
          "What does not agree", ["op", "fault"], parity.failures.map { [$0.op, $0.fault] })
    }
    return HTML.section(
      "Parity", id: id("parity"),
      HTML.paragraph("Cases of every op against the reference, plain loops in double precision.")
        + tables.joined())
  }

  private var roofline: String {
    guard !marks.isEmpty else { return "" }
    return HTML.section(
      "Roofline", id: id("roofline"),
      "<figure>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
        + "aria-label=\"Drawing\">\n"
        + Roofline(device: device.name, limits: device.limits, marks, id: id("drawing")).markup
        + "</div>\n<figcaption>Circles are held back by arithmetic, squares by memory, triangles "
        + "by launches; large ones are networks. Numbers are those of the tables.</figcaption>\n"
        + "</figure>\n" + table("Ops, with operands in caches", marks.filter { !$0.isNetwork }))
  }

  private var networks: String {
    let networks = marks.filter(\.isNetwork)
    guard !networks.isEmpty else { return "" }
    return HTML.section(
      "Networks", id: id("networks"),
      HTML.paragraph(
        "Whole runs, host to host. All but the built-in one have weights of noise; shares are of "
          + "the sum of what every launch would take at best.")
        + table("Networks", networks))
  }

  private func table(_ caption: String, _ marks: [Roofline.Mark]) -> String {
    let rows = marks.map { mark in
      let work = mark.workload
      return [
        "\(mark.number)", work.name, Numbers.brief(work.median * 1e3),
        "\(Numbers.brief(work.low * 1e3)) to \(Numbers.brief(work.high * 1e3))",
        Numbers.brief(work.gigaflops), Numbers.brief(work.gigabytes),
        Numbers.brief(work.intensity), work.bound.rawValue, Numbers.percent(work.share),
        work.kernels.joined(separator: ", "),
      ]
    }
    let columns = [
      "no.", "what", "ms", "95 %", "GFLOP/s", "GB/s", "FLOP/byte", "limit", "of limit", "kernels",
    ]
    return HTML.table(caption, columns, rows)
  }

  private var firstRun: String {
    guard let run = device.firstRun else { return "" }
    return HTML.section(
      "First run", id: id("first"),
      HTML.table(
        "A process that runs the built-in network once", ["run of \(run.size)", "s"],
        [
          ["the first, which compiles", Numbers.brief(run.firstSeconds)],
          ["the second", Numbers.brief(run.secondSeconds)],
        ], class: "facts"))
  }

  private var leftOut: String {
    guard !device.leftOut.isEmpty else { return "" }
    let items = device.leftOut.map { "<li>\(Markup.escaped($0))</li>" }
    return HTML.section("Left out", id: id("left"), "<ul>\(items.joined())</ul>\n")
  }
}

import OpenCLExecutor

/// Two reports beside each other: device by device in their order, and what both have.
package struct ReportComparison: Sendable {
  /// One number of both.
  package struct Row: Sendable {
    package let device: String
    /// What it is of: limits, ops, networks, first run or parity.
    package let section: String
    package let name: String
    package let unit: String
    package let before: Double
    package let after: Double
    /// The second over the first; nil where the first is 0.
    package var ratio: Double? { before > 0 ? after / before : nil }
    /// Whether the difference is none of chance, where there are intervals; nil where there are
    /// none.
    package let isClear: Bool?
  }

  package private(set) var rows: [Row] = []
  /// What only one of them has.
  package private(set) var unmatched: [String] = []

  package init(_ before: MachineReport, _ after: MachineReport) {
    for (before, after) in zip(before.devices, after.devices) { add(before, after) }
    let common = min(before.devices.count, after.devices.count)
    unmatched += (before.devices.dropFirst(common) + after.devices.dropFirst(common)).map(\.name)
  }

  private mutating func add(_ before: DeviceReport, _ after: DeviceReport) {
    let device =
      before.name == after.name ? before.name : "\(before.name) and \(after.name)"
    func number(
      _ section: String, _ name: String, _ unit: String, _ pair: (Double, Double),
      isClear: Bool? = nil
    ) {
      rows.append(
        Row(
          device: device, section: section, name: name, unit: unit, before: pair.0, after: pair.1,
          isClear: isClear))
    }
    for (name, unit, value) in Self.limits {
      if let pair = both(value(before.limits), value(after.limits)) {
        number("limits", name, unit, pair)
      }
    }
    for (section, olds, news) in [
      ("ops", before.ops, after.ops), ("networks", before.networks, after.networks),
    ] {
      for (old, new) in paired(olds, news, by: \.name) {
        let isClear = new.low > old.high || new.high < old.low
        number(section, old.name, "s", (old.median, new.median), isClear: isClear)
      }
    }
    if let pair = both(before.firstRun, after.firstRun), pair.0.size == pair.1.size {
      number("first run", "first", "s", (pair.0.firstSeconds, pair.1.firstSeconds))
      number("first run", "second", "s", (pair.0.secondSeconds, pair.1.secondSeconds))
    }
    for (old, new) in paired(before.parity, after.parity, by: \.executor) {
      number("parity", "cases, \(old.executor)", "", (Double(old.cases), Double(new.cases)))
      number("parity", "agreed, \(old.executor)", "", (Double(old.agreed), Double(new.agreed)))
    }
  }

  /// Those of both lists that are called alike; the others are remembered.
  private mutating func paired<Element>(
    _ before: [Element], _ after: [Element], by name: (Element) -> String
  ) -> [(Element, Element)] {
    let (olds, news) = (Set(before.map(name)), Set(after.map(name)))
    unmatched += olds.symmetricDifference(news).sorted()
    return before.compactMap { old in
      after.first { name($0) == name(old) }.map { (old, $0) }
    }
  }

  private func both<Value>(_ before: Value?, _ after: Value?) -> (Value, Value)? {
    if let before, let after { (before, after) } else { nil }
  }

  private static let limits:
    [(name: String, unit: String, value: @Sendable (DeviceLimits) -> Double?)] = [
      ("multiply-adds in f32", "FLOP/s", { $0.multiplyAdd }),
      ("multiply-adds in f16", "FLOP/s", { $0.halfMultiplyAdd }),
      ("matrix instructions", "FLOP/s", { $0.matrix }),
      ("memory", "B/s", { $0.memoryBandwidth }),
      ("host to device", "B/s", { $0.hostToDevice }),
      ("launch", "s", { $0.launch }),
    ]
}

import JSON
import OpenCL

/// The tables of Kernels/tuning: what each family of kernels chooses on which device.
///
/// Every level, device class, vendor and device, has a default row, `*`. The row of all defaults
/// names every choice; more specific ones replace what they name.
package struct TuningTable: Sendable {
  /// How a table names a device.
  struct Place {
    let deviceClass: String
    let vendor: String
    let device: String

    init(deviceClass: String, vendor: String, device: String) {
      (self.deviceClass, self.vendor, self.device) = (deviceClass, vendor, device)
    }

    init(of device: Device) {
      // Sixteen registers of 8 floats hold a sixth of the sums that 32 of 16 floats hold.
      let cpu = device.vectorFloats < 16 ? "cpu-8" : "cpu"
      self.init(
        deviceClass: device.isGPU ? "gpu" : device.isCPU ? cpu : "accelerator",
        vendor: device.vendor, device: device.name)
    }
  }

  private typealias Row = [String: String]
  private let family: KernelFamily
  private let classes: [String: [String: [String: Row]]]

  /// The table of a family, as it is part of the binary.
  static func table(of family: KernelFamily) -> TuningTable {
    switch family {
    case .cpu: cpu
    case .gpu: gpu
    }
  }

  private static let cpu = TuningTable(.cpu)
  private static let gpu = TuningTable(.gpu)

  private init(_ family: KernelFamily) {
    self.init(family, KernelLibrary.text(of: "tuning/\(family).json"))
  }

  /// - Parameter text: class -> vendor -> device -> choice -> value, each a JSON object's key.
  init(_ family: KernelFamily, _ text: String) {
    self.family = family
    guard let document = try? JSONValue(parsing: Array(text.utf8)) else {
      preconditionFailure("tuning/\(family).json is no JSON")
    }
    classes = Self.members(document).mapValues { vendors in
      Self.members(vendors).mapValues { devices in
        Self.members(devices).mapValues { Self.members($0).compactMapValues(Self.spelling) }
      }
    }
  }

  private static func members(_ value: JSONValue) -> [String: JSONValue] {
    guard case .object(let members) = value else { preconditionFailure("a table's level") }
    return members
  }

  private static func spelling(_ value: JSONValue) -> String? {
    guard case .string(let text) = value else { return nil }
    return text
  }

  /// The row for a device: the defaults, and what the rows of its class, vendor and name replace.
  package static func row(for device: Device, family: KernelFamily) -> TuningRow {
    table(of: family).row(for: Place(of: device))
  }

  func row(for place: Place) -> TuningRow {
    var spelled: Row = [:]
    for name in ["*", place.deviceClass] {
      for vendor in ["*", place.vendor] {
        for device in ["*", place.device] {
          spelled.merge(classes[name]?[vendor]?[device] ?? [:]) { $1 }
        }
      }
    }
    var values: [String: [Int]] = [:]
    for choice in Choice.all(of: family) {
      guard let value = spelled[choice.name].flatMap(choice.value(spelled:)) else {
        preconditionFailure("tuning/\(family).json has no value for \(choice.name)")
      }
      values[choice.name] = value
    }
    return TuningRow(family, values)
  }

  /// Every row as it stands, with its place, for checks.
  var rows: [(place: [String], choices: [String: String])] {
    classes.flatMap { name, vendors in
      vendors.flatMap { vendor, devices in
        devices.map { device, row in ([name, vendor, device], row) }
      }
    }
  }
}

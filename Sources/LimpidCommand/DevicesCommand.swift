import ArgumentParser
import Execution
import OpenCL

struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices", abstract: "Lists the devices that networks can run on.")

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Build and run small programs to find out what the devices can do.")
  var probe = false

  func run() throws {
    let devices = try Devices.openCL()
    if json {
      let rows = try devices.enumerated().map { index, device in
        let findings = probe ? try Devices.findings(on: device) : []
        return Self.row(index, device, findings)
      }
      Terminal.say(JSON.list(rows + [Self.reference]).encoded)
      return
    }
    for (index, device) in devices.enumerated() {
      Terminal.say("opencl:\(index)  \(device.name)")
      Terminal.say("  \(device.kind), \(device.computeUnits) compute units, \(device.memory)")
      Terminal.say("  \(device.platform), \(device.version), driver \(device.driver)")
      for (name, value) in probe ? try Devices.findings(on: device) : [] {
        Terminal.say("  \(name): \(value)")
      }
    }
    Terminal.say("reference  plain loops in double precision, slow")
    for complaint in try Devices.complaints() { Terminal.complain(complaint) }
  }

  private static func row(
    _ index: Int, _ device: Device, _ findings: [(name: String, value: String)]
  ) -> JSON {
    let facts: [(String, JSON)] = [
      ("id", .text("opencl:\(index)")), ("index", .integer(index)), ("name", .text(device.name)),
      ("vendor", .text(device.vendor)), ("platform", .text(device.platform)),
      ("driver", .text(device.driver)), ("version", .text(device.version)),
      ("class", .text(device.kind)), ("compute_units", .integer(device.computeUnits)),
      ("memory_bytes", .integer(device.globalMemory)),
      ("largest_allocation_bytes", .integer(device.largestAllocation)),
    ]
    return .object(facts + findings.map { ($0.name, .text($0.value)) })
  }

  private static let reference = JSON.object([
    ("id", .text("reference")), ("name", .text("reference")), ("class", .text("reference")),
  ])
}

extension Device {
  fileprivate var kind: String { isGPU ? "gpu" : isCPU ? "cpu" : "accelerator" }

  fileprivate var memory: String {
    let tenths = globalMemory / (1 << 30 / 10)
    return "\(tenths / 10).\(tenths % 10) GiB"
  }
}

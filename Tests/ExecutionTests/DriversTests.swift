import Foundation
import Paths
import Testing

@testable import Execution

/// What is said of machines without an OpenCL device, on imitated folders of drivers and cards.
@Suite struct DriversTests {
  /// A machine's folders.
  private final class Machine {
    let root = FileManager.default.temporaryDirectory
      .appendingPathComponent("limpid-\(UUID().uuidString)")

    init() throws {
      for name in ["vendors", "devices"] {
        try FileManager.default.createDirectory(
          at: root.appendingPathComponent(name), withIntermediateDirectories: true)
      }
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    func addDriver(_ name: String, library: String) throws {
      try write("\(library)\n", "vendors/\(name).icd")
    }

    func addCard(_ address: String, vendor: String, kind: String = "0x030000") throws {
      try FileManager.default.createDirectory(
        at: root.appendingPathComponent("devices/\(address)"), withIntermediateDirectories: false)
      try write("\(vendor)\n", "devices/\(address)/vendor")
      try write("\(kind)\n", "devices/\(address)/class")
    }

    private func write(_ text: String, _ name: String) throws {
      try text.write(
        to: root.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }

    var drivers: Drivers {
      Drivers(
        folder: Path(root.appendingPathComponent("vendors").path),
        cards: Path(root.appendingPathComponent("devices").path))
    }
  }

  /// A library that loads on every machine.
  private static let soundLibrary = "libc.so.6"

  @Test func aLibraryIsMissing() throws {
    let machine = try Machine()
    try machine.addDriver("nvidia", library: "libnvidia-opencl.so.0.not-here")
    try machine.addCard("0000:01:00.0", vendor: "0x10de")
    let drivers = machine.drivers
    // Once: the card's driver is the one that does not load.
    #expect(drivers.complaints.count == 1)
    let complaint = try #require(drivers.complaints.first)
    #expect(complaint.contains("vendors/nvidia.icd names a driver that does not load"))
    #expect(complaint.contains("libnvidia-opencl.so.0.not-here: cannot open shared object file"))
    #expect(complaint.contains("install nvidia-opencl-icd"))
    #expect(drivers.reasonForNone == complaint)
  }

  @Test(arguments: [
    ("0x10de", "NVIDIA", "nvidia-opencl-icd"), ("0x1002", "AMD", "mesa-opencl-icd"),
    ("0x8086", "Intel", "intel-opencl-icd"),
  ])
  func aCardHasNoDriver(_ vendor: String, _ maker: String, _ package: String) throws {
    let machine = try Machine()
    try machine.addDriver("pocl", library: Self.soundLibrary)
    try machine.addCard("0000:01:00.0", vendor: vendor)
    let drivers = machine.drivers
    #expect(drivers.complaints.count == 1)
    let complaint = try #require(drivers.complaints.first)
    #expect(complaint.contains("the \(maker) card at 0000:01:00.0 has no OpenCL driver"))
    #expect(complaint.contains("install \(package)"))
  }

  @Test func thereIsNothing() throws {
    let machine = try Machine()
    // Neither a sound card, a card of the board's controller nor a broken entry is a GPU.
    try machine.addCard("0000:01:00.1", vendor: "0x10de", kind: "0x040300")
    try machine.addCard("0000:02:00.0", vendor: "0x1a03")
    try machine.addCard("0000:03:00.0", vendor: "nonsense")
    #expect(machine.drivers.complaints.isEmpty)
    #expect(machine.drivers.reasonForNone.hasPrefix("no OpenCL driver and no graphics card"))
    let nowhere = Drivers(folder: "/nonexistent", cards: "/nonexistent")
    #expect(nowhere.reasonForNone == machine.drivers.reasonForNone)
  }

  @Test func driversThatShowNothingAreNotMissing() throws {
    let machine = try Machine()
    try machine.addDriver("rusticl", library: Self.soundLibrary)
    #expect(machine.drivers.complaints.isEmpty)
    #expect(machine.drivers.reasonForNone.contains("RUSTICL_ENABLE"))
  }
}

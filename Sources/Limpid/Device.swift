import Execution
import OpenCL

/// Something that networks run on.
public struct Device: Hashable, Sendable, Identifiable {
  /// What sort of device it is.
  public enum Kind: String, Hashable, Sendable {
    case gpu, cpu, accelerator
    /// Plain loops in double precision.
    case reference
  }

  /// `opencl:N` in the order of OpenCL's loader, or `reference`.
  public let id: String
  /// As its driver calls it.
  public let name: String
  /// What sort of device it is.
  public let kind: Kind
  /// Its driver's version; nil for the reference.
  public let driver: String?
  /// How many units compute at a time; nil for the reference.
  public let computeUnits: Int?
  /// Device memory in bytes; nil for the reference, which takes what the machine has.
  public let memoryBytes: Int?

  /// Every device of this machine, the reference last. The first call loads the drivers.
  /// - Throws: ``LimpidError`` of kind `deviceUnavailable` when OpenCL is there and does not work.
  public static func all() async throws(LimpidError) -> [Device] {
    try await WorkExecutor().run { try known() }
  }

  /// The device that an engine has opened.
  static func opened(by engine: Engine) throws -> Device {
    try known().first { $0.id == engine.identifier } ?? .reference
  }

  private static func known() throws -> [Device] {
    try Devices.openCL().enumerated().map { Device($1, id: "opencl:\($0)") } + [.reference]
  }

  private static let reference = Device(
    id: "reference", name: "reference", kind: .reference, driver: nil, computeUnits: nil,
    memoryBytes: nil)
}

extension Device {
  fileprivate init(_ device: OpenCL.Device, id: String) {
    self.init(
      id: id, name: device.name, kind: device.isGPU ? .gpu : device.isCPU ? .cpu : .accelerator,
      driver: device.driver, computeUnits: device.computeUnits, memoryBytes: device.globalMemory)
  }
}

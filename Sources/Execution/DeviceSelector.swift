/// Which device should run a network.
package enum DeviceSelector: Hashable, Sendable {
  /// The OpenCL GPU with memory of its own, with more memory, with more compute units; or else the
  /// first OpenCL CPU device.
  case auto
  /// The first OpenCL CPU device.
  case cpu
  /// The OpenCL device of this index in the order of ``Devices``.
  case openCL(Int)
  /// Plain loops in double precision: slow, and what every other device is compared with.
  case reference

  /// Reads the spelling of the command line: `auto`, `cpu`, `-1`, `reference`, `opencl:N` or `N`.
  package init?(_ text: String) {
    switch text {
    case "auto": self = .auto
    case "cpu", "-1": self = .cpu
    case "reference": self = .reference
    default:
      let number = text.hasPrefix("opencl:") ? text.dropFirst(7) : text[...]
      guard let index = Int(number), index >= 0, number.allSatisfy(\.isNumber) else { return nil }
      self = .openCL(index)
    }
  }
}

import Conformance

/// What is compared with what: a device in one of its uses with the reference or another device.
package struct OpComparison: Hashable, Codable, Sendable {
  /// An OpenCL device and how it is used.
  package struct Side: Hashable, Codable, Sendable, CustomStringConvertible {
    /// In the order of ``Devices``.
    package let device: Int
    package let variant: ExecutorVariant

    package init(device: Int, _ variant: ExecutorVariant) {
      (self.device, self.variant) = (device, variant)
    }

    package var description: String { "opencl:\(device), \(variant)" }
  }

  package let candidate: Side
  /// nil for the reference.
  package let baseline: Side?
  /// Whether the same bits are wanted.
  package let isExact: Bool

  package init(_ candidate: Side, against baseline: Side? = nil, isExact: Bool = false) {
    (self.candidate, self.baseline, self.isExact) = (candidate, baseline, isExact)
  }

  package var description: String {
    "\(candidate) against \(baseline.map(\.description) ?? "reference")"
  }
}

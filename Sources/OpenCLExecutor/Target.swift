import OpenCL
import Tensors

/// How a device wants its work cut.
package enum KernelFamily: String, Codable, Sendable, CaseIterable {
  /// CPUs: one work-item for a register tile of 16-float vectors.
  case cpu
  /// GPUs: work-groups that share local memory.
  case gpu

  /// The family for a device of this kind.
  package init(for device: Device) { self = device.isCPU ? .cpu : .gpu }

  /// Whether mixtures within windows go into the weights of the convolution that projects them.
  var joinsMixtures: Bool {
    switch self {
    case .cpu: true
    case .gpu: false
    }
  }

  /// Whether 1x1 convolutions of the same operand are computed as one.
  var joinsProducts: Bool {
    switch self {
    case .cpu: false
    case .gpu: true
    }
  }

  /// Whether convolutions in a row are computed band by band.
  var computesBands: Bool {
    switch self {
    case .cpu: true
    case .gpu: false
    }
  }
}

/// How sums may be formed.
package enum MathMode: String, Codable, Sendable, CaseIterable {
  /// Faster algorithms where the error stays within the tolerance: Winograd's convolution, whose
  /// result at a pixel depends on where its tile of 4x4 pixels begins. On CPUs, operands of
  /// quantised weights are rounded to whole numbers.
  case fast
  /// Direct sums only: a pixel has the same bits in a tile as in the whole image.
  case strict

  /// Whether the faster algorithms are taken.
  package var isFast: Bool {
    switch self {
    case .fast: true
    case .strict: false
    }
  }
}

/// What a plan is compiled for: the dtype and the device's kernel family.
struct Target: Sendable {
  let family: KernelFamily
  let dtype: DType
  let math: MathMode
  let device: Device

  /// What the device's work-items can do together; nothing in the CPU family.
  let features: GPUFeatures

  /// How kernels cut their work.
  var tuning: TuningRow

  /// Programs whose groups turned out too large for the device.
  let oversized: OversizedPrograms

  /// Lines of a band where convolutions in a row are computed band by band, for checks; nil: as the
  /// tuning has it.
  var bandLines: Int?
  /// Whether concatenations and slices are left out where values may lie in their places.
  var placesOperands: Bool

  /// Elements of the vectors that work-items hold.
  var width: Int {
    switch family {
    case .cpu: 16
    case .gpu: 4
    }
  }

  /// The local size of a launch that gives every work-item plenty to do: one item on CPUs, whose
  /// runtimes compile a kernel again for every local size; elsewhere nil, for which the lowering
  /// puts a divisor of the global size.
  func local(_ dimensions: Int) -> [Int]? {
    switch family {
    case .cpu: [Int](repeating: 1, count: dimensions)
    case .gpu: nil
    }
  }

  init(
    family: KernelFamily, dtype: DType, math: MathMode, device: Device, features: GPUFeatures,
    tuning: TuningRow, oversized: OversizedPrograms = OversizedPrograms(), bandLines: Int? = nil,
    placesOperands: Bool = true
  ) {
    (self.family, self.dtype, self.math) = (family, dtype, math)
    (self.device, self.features, self.tuning) = (device, features, tuning)
    (self.oversized, self.bandLines) = (oversized, bandLines)
    self.placesOperands = placesOperands
  }

  /// Whether a program holds instructions that its compiler must not see.
  func splices(_ program: ProgramText) -> Bool {
    program.file == WarpgroupTile.kernel.file && !features.isEmulated
  }

  /// Whether operands of quantised weights are rounded to whole numbers.
  var roundsOperands: Bool { family == .cpu && math.isFast }

  /// Whether stored elements are what OpenCL C calls half.
  var isHalf: Bool {
    switch dtype {
    case .f32: false
    case .f16: true
    }
  }
}

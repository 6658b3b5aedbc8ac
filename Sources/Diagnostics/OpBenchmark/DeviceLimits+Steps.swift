import OpenCLExecutor

extension DeviceLimits.Work {
  /// What launches do together.
  init(_ steps: [OpenCLPlan.StepTime]) {
    let matrixKernels = ["gpu/matrix", "gpu/warpgroup"]
    self.init(
      flops: steps.reduce(0) { $0 + $1.executedFlops },
      usesMatrixUnit: steps.contains { matrixKernels.contains(where: $0.kernel.hasPrefix) },
      bytes: steps.reduce(0) { $0 + $1.bytes }, launches: steps.reduce(0) { $0 + $1.launches })
  }
}

import OpenCL
import Testing

/// What the codes of failed calls mean: too little memory, a device that is lost, or neither.
@Suite struct ExhaustionTests {
  private enum Code {
    static let allocation: Int32 = -4
    static let resources: Int32 = -5
    static let hostMemory: Int32 = -6
    static let map: Int32 = -12
    static let queue: Int32 = -36
    static let kernelArguments: Int32 = -52
    static let bufferSize: Int32 = -61
    static let illegalAccess: Int32 = -9999
  }

  @Test(arguments: [
    ("clEnqueueNDRangeKernel(gemm)", Code.allocation), ("clEnqueueMapBuffer", Code.map),
    ("clCreateBuffer(1 bytes)", Code.bufferSize), ("clCreateBuffer(1 bytes)", Code.resources),
    ("clEnqueueNDRangeKernel(gemm)", Code.resources), ("clFinish", Code.hostMemory),
  ])
  func memoryRanOut(_ call: String, _ code: Int32) {
    let error = OpenCLError(call: call, code: code)
    #expect(error.isExhaustion && !error.isDeviceLoss)
  }

  @Test(arguments: [
    ("clFinish", Code.resources), ("clEnqueueReadBuffer", Code.resources),
    ("clCreateBuffer(1 bytes)", Code.queue), ("clFinish", Code.illegalAccess),
  ])
  func theDeviceIsLost(_ call: String, _ code: Int32) {
    let error = OpenCLError(call: call, code: code)
    #expect(error.isDeviceLoss && !error.isExhaustion)
  }

  @Test func otherFailuresAreNeither() {
    let error = OpenCLError(call: "clEnqueueNDRangeKernel", code: Code.kernelArguments)
    #expect(!error.isExhaustion && !error.isDeviceLoss)
  }
}

import Execution
import Testing

@Suite struct DeviceChoiceTests {
  @Test func spellings() {
    #expect(DeviceSelector("auto") == .auto)
    #expect(DeviceSelector("cpu") == .cpu && DeviceSelector("-1") == .cpu)
    #expect(DeviceSelector("reference") == .reference)
    #expect(DeviceSelector("opencl:3") == .openCL(3) && DeviceSelector("0") == .openCL(0))
    let wrong = [
      "", "gpu", "-2", "opencl:", "opencl:-1", "opencl:+1", "1.5", "99999999999999999999",
    ]
    for text in wrong {
      #expect(DeviceSelector(text) == nil, "\(text)")
    }
  }
}

import Execution
import Testing

@Suite struct DeviceChoiceTests {
  @Test func spellings() {
    #expect(DeviceChoice("auto") == .auto)
    #expect(DeviceChoice("cpu") == .cpu && DeviceChoice("-1") == .cpu)
    #expect(DeviceChoice("reference") == .reference)
    #expect(DeviceChoice("opencl:3") == .openCL(3) && DeviceChoice("0") == .openCL(0))
    let wrong = [
      "", "gpu", "-2", "opencl:", "opencl:-1", "opencl:+1", "1.5", "99999999999999999999",
    ]
    for text in wrong {
      #expect(DeviceChoice(text) == nil, "\(text)")
    }
  }
}

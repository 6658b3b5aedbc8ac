import Execution
import Pictures
import Testing

@Suite struct ChoiceTests {
  @Test func deviceSpellings() {
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

  @Test func tileSpellings() {
    #expect(TileChoice("0") == .auto && TileChoice("-1") == .never)
    #expect(TileChoice("256") == .size(width: 256, height: 256))
    #expect(TileChoice("64x32") == .size(width: 64, height: 32))
    for text in ["", "x", "5", "-2", "64x", "64x32x16", "1e3", "999999"] {
      #expect(TileChoice(text) == nil, "\(text)")
    }
  }
}

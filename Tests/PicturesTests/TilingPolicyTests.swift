import Pictures
import Testing

@Suite struct TilingPolicyTests {
  @Test func spellings() {
    #expect(TilingPolicy("0") == .auto && TilingPolicy("-1") == .never)
    #expect(TilingPolicy("256") == .size(width: 256, height: 256))
    #expect(TilingPolicy("64x32") == .size(width: 64, height: 32))
    for text in ["", "x", "5", "-2", "64x", "64x32x16", "1e3", "999999"] {
      #expect(TilingPolicy(text) == nil, "\(text)")
    }
  }
}

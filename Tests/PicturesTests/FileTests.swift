import Paths
import Testing

@testable import Pictures

@Suite struct FileTests {
  @Test func onlyOurTemporaryFilesHaveAnOwner() {
    #expect(StaleFiles.owner(of: ".a.png.123.tmp") == 123)
    #expect(StaleFiles.owner(of: ".a b.jpeg.123-4.tmp") == 123)
    for foreign: Path in [
      "a.png.123.tmp", ".a.png.tmp", ".a.txt.12.tmp", ".a.png.0.tmp", ".a.png.x.tmp", ".png.12.tmp",
    ] {
      #expect(StaleFiles.owner(of: foreign) == nil, "\(foreign)")
    }
  }

  @Test func digestsAreSHA256() {
    #expect(
      Digest.of(Array("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}

import Pictures
import Testing

@testable import Images
@testable import LimpidCommand

/// What the process ends with, by what went wrong.
struct ExitCodeTests {
  @Test func everyKindHasItsOwn() {
    let codes = LimpidError.Kind.allCases.map(\.exitCode)
    #expect(codes == [2, 64, 65, 66, 69, 73, 74, 75, 130, 143])
  }

  @Test(
    arguments: [
      (.missing, 66), (.unusable, 66), (.exists, 73), (.sameFile, 73), (.cannotCreate, 73),
      (.readOnly, 73), (.noSpace, 74), (.transfer, 74),
    ] as [(FileFault.Kind, Int32)])
  func fileFaults(kind: FileFault.Kind, code: Int32) {
    let fault = ImageError.file(FileFault(kind: kind, path: "a.png", detail: "as it is"))
    #expect(LimpidError(fault, subject: "b.png").exitCode == code)
    #expect(!"\(LimpidError(fault, subject: "b.png"))".hasPrefix("b.png"))
  }

  @Test func contentsAreFailures() {
    let error = LimpidError(ImageError.truncated(.png), subject: "b.png")
    #expect(error.exitCode == 2)
    #expect("\(error)".hasPrefix("b.png: "))
  }
}

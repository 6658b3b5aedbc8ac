import Checkpoints
import Testing

/// What people give in place of weights is called what it is.
@Suite struct ForeignFileTests {
  private static let zip = Array("PK\u{3}\u{4}".utf8) + [0, 0, 8, 8]

  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  private static let files: [(ForeignFile, [UInt8])] = [
    (.empty, []),
    (
      .gitLFSPointer,
      text("version https://git-lfs.github.com/spec/v1\noid sha256:0000\nsize 104857600\n")
    ),
    (.webPage, text("\n<!DOCTYPE html>\n<html lang=\"en\"><head>")),
    (.webPage, [0xEF, 0xBB, 0xBF] + text("<HTML><BODY>")),
    (.webPage, text("<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0\">")),
    (.errorMessage, text("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>")),
    (.errorMessage, text("Entry not found")),
    (.errorMessage, text("Invalid username or password.")),
    (.errorMessage, text("{\"error\":\"Repository not found\"}")),
    (.json, text("{\n  \"weight_map\": {}\n}")),
    (.text, text("Downloads are in the folder models.")),
    (.pyTorchArchive, zip + text("...archive/data.pkl")),
    (.pyTorchArchive, zip + text("...net_g_latest/byteorder")),
    (.torchScript, zip + text("...net/data.pkl...net/code/__torch__.py")),
    (.numPyArchive, zip + text("...intro.weight.npy")),
    (.zipArchive, zip + text("...models/net.pth")),
    (.pyTorchPickle, [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8]),
    (.pyTorchPickle, [0x80, 4, 0x95, 1, 2, 3, 4, 5, 6, 7, 8]),
    (.gguf, text("GGUF") + [3, 0, 0, 0, 9, 0, 0, 0]),
    (.onnx, [8, 7, 0x12, 7] + text("pytorch") + [0x1A, 3]),
    (.ncnnGraph, text("7767517\n75 83\nInput  data  0 1 data\n")),
    (.ncnnWeights, [0x47, 0x6B, 0x30, 0x01, 1, 2, 3, 4, 5, 6]),
    (.ncnnWeights, [0, 0, 0, 0] + [[UInt8]](repeating: [0, 0, 0x80, 0x3D], count: 20).joined()),
    (.tensorFlowLite, [0x1C, 0, 0, 0] + text("TFL3") + [0, 0, 0, 0]),
    (.hdf5, [0x89] + text("HDF\r\n") + [0x1A, 0x0A, 1, 2]),
    (.numPy, [0x93] + text("NUMPY") + [1, 0, 0x76, 0]),
    (.openVINO, text("<?xml version=\"1.0\"?><net name=\"a\" version=\"11\">")),
    (.compressed, [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]),
    (.picture, [0x89] + text("PNG\r\n") + [0x1A, 0x0A, 0, 0]),
    (.pdf, text("%PDF-1.7") + [0, 1, 2]),
    (.zeros, [UInt8](repeating: 0, count: 5000)),
  ]

  @Test(arguments: files)
  func callsItByItsName(_ file: ForeignFile, _ bytes: [UInt8]) throws {
    #expect(refusal(of: bytes) == .foreign(file))
    try withFolder { folder in
      try writeBytes(bytes, to: folder.appending("weights"))
      #expect(throws: SafetensorsError.foreign(file)) {
        try SafetensorsFile(path: folder.appending("weights"))
      }
    }
  }

  @Test(arguments: ForeignFile.allCases) func saysWhatToDo(_ file: ForeignFile) {
    let said = SafetensorsError.foreign(file).description
    #expect(!said.contains("\n"))
    #expect(said.split(separator: " ").count > 10)
  }

  @Test func sendsCheckpointsOfPyTorchToTheConverter() {
    for file in [ForeignFile.pyTorchArchive, .pyTorchPickle] {
      #expect("\(file)".contains("PyTorch checkpoint: 'tools/convert"))
    }
  }

  /// A head that ends within a character is text all the same.
  @Test func readsTextOfManyBytes() {
    let page = Array("<html>é".utf8) + [UInt8](repeating: 0xC3, count: 5000)
    #expect(ForeignFile(sniffing: Array(page.prefix(ForeignFile.sniffedBytes))) == nil)
    let long = Array("<html>".utf8) + [[UInt8]](repeating: [0xC3, 0xA9], count: 5000).joined()
    let odd = Array((Array(" ".utf8) + long).prefix(ForeignFile.sniffedBytes))
    #expect(ForeignFile(sniffing: odd) == .webPage)
  }

  @Test func leavesUnknownBytesToTheirError() {
    #expect(refusal(of: fileBytes(Array("{}".utf8), length: .max)) == .headerLength(.max))
  }

  @Test func callsACutFileADownloadThatBrokeOff() throws {
    let whole = bytes(hexadecimal: pypiFixture)
    for size in [100, whole.count - 1] {
      let said = try #require(refusal(of: Array(whole.prefix(size)))).description
      #expect(said.contains("it looks like a download that broke off"), "\(said)")
    }
  }
}

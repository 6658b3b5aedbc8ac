import Foundation
import Models
import Paths
import Pictures
import Testing

/// Bundles whose parts lie in folders of their own or in another bundle beside them.
@Suite struct BundlePartTests {
  /// Two bundles in one folder: `owner` stores a text tower, `user` only names it.
  final class Pair {
    let root = NSTemporaryDirectory() + "limpid-parts-" + UUID().uuidString

    init() throws {
      try write("owner/text_encoder/config.json", "tower")
      try write("owner/tokenizer/vocab.json", "words")
      try write("owner/spare/other.txt", "not named")
      try describe(
        "owner", ["pipeline": "StableDiffusionXLPipeline", "components": [:]],
        files: ["text_encoder/config.json", "tokenizer/vocab.json"])
      try write("user/restorer/model.safetensors", "weights")
      try describeUser()
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func at(_ path: String) -> String { root + "/" + path }

    func write(_ path: String, _ text: String) throws {
      try FileManager.default.createDirectory(
        atPath: Path(at(path)).folder.text, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(fileURLWithPath: at(path)))
    }

    func describe(_ bundle: String, _ members: [String: Any], files: [String]) throws {
      var description = members
      description["format_version"] = 1
      description["files"] = Dictionary(
        uniqueKeysWithValues: try files.map { file in
          let path = at(bundle + "/" + file)
          let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
          let hash = try #require(Digest.ofFile(Path(path)))
          let entry: [String: Any] = ["size": size, "sha256": hash]
          return (file, entry)
        })
      let data = try JSONSerialization.data(withJSONObject: description, options: .sortedKeys)
      try data.write(to: URL(fileURLWithPath: at(bundle + "/bundle.json")))
    }

    func describeUser(_ change: (inout [String: Any]) -> Void = { _ in }) throws {
      let digest = try #require(Digest.ofFile(Path(at("owner/bundle.json"))))
      var members: [String: Any] = [
        "pipeline": "LMDIR", "bundles": ["owner": digest],
        "components": [
          "restorer": "LMDIR",
          "text_encoder": [
            "architecture": "CLIPTextModel", "bundle": "owner", "folder": "text_encoder",
          ],
          "text_to_image": ["architecture": "StableDiffusionXLPipeline", "bundle": "owner"],
        ] as [String: Any],
      ]
      change(&members)
      try describe("user", members, files: ["restorer/model.safetensors"])
    }

    func bundle() throws -> ModelBundle { try ModelBundle(Path(at("user"))) }
  }

  @Test func partsAreFoundWhereverTheyAreStored() throws {
    let pair = try Pair()
    defer { withExtendedLifetime(pair) {} }
    let bundle = try pair.bundle()
    #expect(bundle.problems().isEmpty)
    #expect(try bundle.folder(of: .restorer).has("model.safetensors"))
    let tower = try bundle.folder(of: .textEncoder)
    #expect(try tower.bytes("config.json", limit: 100) == Array("tower".utf8))
    let whole = try bundle.folder(of: .textToImage)
    #expect(try whole.folder("tokenizer").bytes("vocab.json", limit: 100) == Array("words".utf8))
  }

  /// Only what a bundle vouches for is opened through it.
  @Test func filesThatNobodyNamesAreNotThere() throws {
    let pair = try Pair()
    defer { withExtendedLifetime(pair) {} }
    let whole = try pair.bundle().folder(of: .textToImage)
    #expect(!whole.has("spare") && whole.has("tokenizer"))
    #expect(throws: LimpidError.self) { try whole.folder("spare") }
    #expect(throws: LimpidError.self) { try whole.bytes("spare/other.txt", limit: 100) }
  }

  /// The same part has the same fingerprint in every bundle that uses it, and another part another.
  @Test func fingerprintsTellPartsApart() throws {
    let pair = try Pair()
    let first = try pair.bundle().folder(of: .textEncoder).fingerprint
    #expect(try ModelBundle(Path(pair.at("owner"))).description.files.count == 2)
    #expect(try pair.bundle().folder(of: .textToImage).fingerprint != first)
    let bare = try Folder(Path(pair.at("owner"))).fingerprint
    #expect(try Folder(Path(pair.at("owner"))).fingerprint == bare)
    try pair.write("owner/tokenizer/vocab.json", "more words")
    #expect(try Folder(Path(pair.at("owner"))).fingerprint != bare)
  }

  @Test(arguments: [
    ("owner/text_encoder/config.json", "TOWER", "text_encoder/config.json: its contents changed"),
    ("owner/text_encoder/config.json", "towers", "text_encoder/config.json: its size changed"),
    ("owner/bundle.json", "{}", "bundle.json"),
  ])
  func whatChangedIsNamedByItsRole(_ file: String, _ text: String, _ says: String) throws {
    let pair = try Pair()
    try pair.write(file, text)
    let error = #expect(throws: LimpidError.self) { try pair.bundle().folder(of: .textEncoder) }
    #expect(error?.kind == .badData)
    #expect(error?.description.contains("text_encoder: ") == true)
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
    #expect(try pair.bundle().problems().contains { $0.contains(says) })
  }

  @Test func anotherBundleOfTheNameIsRefused() throws {
    let pair = try Pair()
    try pair.describe(
      "owner", ["pipeline": "Other", "components": [:]], files: ["text_encoder/config.json"])
    let error = #expect(throws: LimpidError.self) { try pair.bundle().folder(of: .textEncoder) }
    #expect(error?.description.contains("another bundle than the one that is meant") == true)
  }

  @Test func whatIsMissingIsNamedByItsRole() throws {
    let pair = try Pair()
    try FileManager.default.removeItem(atPath: pair.at("owner"))
    let error = #expect(throws: LimpidError.self) { try pair.bundle().folder(of: .textEncoder) }
    #expect(error?.kind == .noInput)
    #expect(error?.description.contains("text_encoder: ") == true)
    let none = #expect(throws: LimpidError.self) { try pair.bundle().folder(of: .controlNet) }
    #expect(none?.description.contains("without controlnet") == true)
  }

  @Test(arguments: ["..", "../owner", "/etc", "a/b", "."])
  func neighboursAreNamesOnly(_ name: String) throws {
    let pair = try Pair()
    try pair.describeUser { members in
      members["bundles"] = [name: String(repeating: "0", count: 64)]
      members["components"] = ["restorer": "LMDIR"]
    }
    let error = #expect(throws: LimpidError.self) { try pair.bundle() }
    #expect(error?.kind == .badData)
  }

  @Test(arguments: [
    (["painter": "LMDIR"] as [String: String], "no role"), (["restorer": ""], ""),
  ])
  func rolesAreKnown(_ components: [String: String], _ says: String) throws {
    let pair = try Pair()
    try pair.describeUser { $0["components"] = components }
    guard !says.isEmpty else {
      #expect(throws: LimpidError.self) { try Model(Path(pair.at("user"))) }
      return
    }
    let error = #expect(throws: LimpidError.self) { try pair.bundle() }
    #expect(error?.description.contains(says) == true)
  }

  @Test func aNeighbourThatIsNotVouchedForIsRefused() throws {
    let pair = try Pair()
    try pair.describeUser { $0["bundles"] = nil }
    let error = #expect(throws: LimpidError.self) { try pair.bundle() }
    #expect(error?.description.contains("bundles does not name") == true)
  }
}

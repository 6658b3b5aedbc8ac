import Execution
import Foundation
import Images
import Models
import Paths
import Pictures
import Restoration
import Testing

/// Where the texts about images and their reference images come from.
@Suite struct GuideSourceTests {
  /// A folder with files that go away with it.
  final class Files {
    let root = NSTemporaryDirectory() + "limpid-guides-" + UUID().uuidString

    init(_ files: [String: String] = [:]) throws {
      try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
      for (name, text) in files { try write(Array(text.utf8), name) }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func at(_ name: String) -> Path { "\(root)/\(name)" }

    func write(_ bytes: [UInt8], _ name: String) throws {
      try Data(bytes).write(to: URL(fileURLWithPath: at(name).text))
    }

    func writeImage(_ name: String, level: Float) throws {
      let samples = [Float](repeating: level, count: 3 * 4 * 5)
      let image = Image(width: 4, height: 5, channels: .rgb, samples: samples)
      try write(try image.encoded(as: EncodingOptions(format: .png)).bytes, name)
    }
  }

  private static let both = GuideNeeds(texts: [.degradation, .content], takesReference: true)

  private static func options(_ edit: (inout SystemOptions) -> Void = { _ in }) -> SystemOptions {
    var options = SystemOptions()
    edit(&options)
    return options
  }

  /// Options, the image's own file, the folder's entry for it, the folder's texts for all.
  @Test func whatIsNearerWins() throws {
    let files = try Files([
      "a.json": #"{"degradation": "rain  and\n snow", "other": 1}"#,
      "texts.json": """
      {"degradation": "haze", "content": "a place",
       "images": {"a.png": {"degradation": "noise", "content": "a street"}}}
      """,
    ])
    let sources = GuideSources(Self.both, Self.options())
    let guide = try sources.guide(for: files.at("a.png"))
    #expect(guide.texts[.degradation] == ["rain and snow"] && guide.texts[.content] == ["a street"])
    #expect(
      guide.settings.map { "\($0.name) \($0.value)" } == [
        "degradation-text 'rain and snow'", "content-text 'a street'",
      ])
    let other = try sources.guide(for: files.at("b.png"))
    #expect(other.texts[.degradation] == ["haze"] && other.texts[.content] == ["a place"])
    let given = Self.options { $0.texts[.content] = ["a harbour"] }
    let told = try GuideSources(Self.both, given).guide(for: files.at("a.png"))
    #expect(told.texts[.content] == ["a harbour"] && told.texts[.degradation] == ["rain and snow"])
    // What options say is among the run's settings.
    #expect(told.settings.map(\.name) == ["degradation-text"])
  }

  /// A folder of references has one for each image under its name, in its folder or beside others.
  @Test func referencesLieInFolders() throws {
    let files = try Files()
    for folder in ["in", "in/x", "clean", "clean/x"] {
      try FileManager.default.createDirectory(
        atPath: files.at(folder).text, withIntermediateDirectories: true)
    }
    try files.writeImage("clean/a.png", level: 0.2)
    try files.writeImage("clean/x/a.png", level: 0.4)
    try files.writeImage("clean/b.PNG", level: 0.6)
    let needs = GuideNeeds(takesReference: true)
    let sources = GuideSources(needs, Self.options { $0.referenceImage = files.at("clean") })
    for (name, level) in [("in/a.jpg", 0.2), ("in/x/a.png", 0.4), ("in/x/b.tif", 0.6)] {
      let guide = try sources.guide(for: files.at(name))
      let value = try #require(guide.reference?.planes.first)
      #expect(abs(Double(value) - level) < 1e-2, "\(name)")
      #expect(guide.settings.first?.name == "reference-image" && guide.digest != nil)
    }
    let error = #expect(throws: LimpidError.self) { try sources.guide(for: files.at("in/c.png")) }
    #expect(error?.kind == .noInput && error?.description.contains("named c") == true)
  }

  /// Right views are found as references are; what they show counts as what is written does.
  @Test func rightViewsLieInFolders() throws {
    let files = try Files()
    for folder in ["left", "right"] {
      try FileManager.default.createDirectory(
        atPath: files.at(folder).text, withIntermediateDirectories: true)
    }
    try files.writeImage("right/a.png", level: 0.25)
    let needs = GuideNeeds(takesRightView: true)
    let sources = GuideSources(needs, Self.options { $0.rightView = files.at("right") })
    let guide = try sources.guide(for: files.at("left/a.tif"))
    let view = try #require(guide.rightView)
    #expect(abs(view.planes[0] - 0.25) < 1e-2 && guide.reference == nil)
    #expect(guide.settings.map(\.name) == ["right-view"])
    #expect(guide.subject(view, seed: 1).rightView == view)
    let digest = try sources.digest(for: files.at("left/a.tif"))
    #expect(digest != nil && digest == guide.digest)
    try files.writeImage("right/a.png", level: 0.75)
    #expect(try sources.digest(for: files.at("left/a.tif")) != digest)
    let error = #expect(throws: LimpidError.self) { try sources.guide(for: files.at("left/b.png")) }
    #expect(error?.description.hasSuffix("there is no right view named b") == true)
    let file = GuideSources(needs, Self.options { $0.rightView = files.at("right/a.png") })
    #expect(try file.guide(saying: ImageTexts(), showing: nil).rightView?.planes[0] ?? 0 > 0.7)
  }

  @Test func promptsMayBeSeveral() throws {
    let files = try Files(["a.json": #"{"prompt": ["brighter", "sharper"]}"#])
    let sources = GuideSources(GuideNeeds(optionalTexts: [.prompt]), Self.options())
    #expect(try sources.guide(for: files.at("a.png")).texts[.prompt] == ["brighter", "sharper"])
  }

  @Test func degradationsMayBeSeveral() throws {
    let files = try Files(["a.json": #"{"degradation": ["noise", "rain"], "content": ""}"#])
    let guide = try GuideSources(Self.both, Self.options()).guide(for: files.at("a.png"))
    #expect(guide.texts[.degradation] == ["noise", "rain"] && guide.texts[.content] == [""])
  }

  @Test func whatNobodySaysIsAnErrorOfTheImage() throws {
    let files = try Files(["a.json": #"{"degradation": "rain"}"#])
    let error = #expect(throws: LimpidError.self) {
      try GuideSources(Self.both, Self.options()).guide(for: files.at("a.png"))
    }
    #expect(error?.kind == .usage)
    #expect(error?.description.hasPrefix(files.at("a.png").text + ": no content text") == true)
  }

  @Test(arguments: [
    "{", "[]", #"{"degradation": 1}"#, #"{"degradation": []}"#, #"{"content": ["a"]}"#,
    #"{"degradation": ["a", 2]}"#, #"{"content": "a\#\u{0}b"}"#, #"{"reference_image": 3}"#,
  ])
  func damagedFilesAreNamed(_ text: String) throws {
    let escaped = text.replacingOccurrences(of: "\u{0}", with: "u0007")
    let files = try Files(["a.json": escaped])
    let error = #expect(throws: LimpidError.self) {
      try GuideSources(Self.both, Self.options()).guide(for: files.at("a.png"))
    }
    #expect(error?.kind == .badData)
    #expect(error?.description.hasPrefix(files.at("a.json").text) == true)
    #expect(error?.description.contains("\n") == false)
  }

  @Test func theDigestFollowsWhatIsWritten() throws {
    let files = try Files(["a.json": #"{"degradation": "rain", "content": "a"}"#])
    let sources = GuideSources(Self.both, Self.options())
    let before = try sources.digest(for: files.at("a.png"))
    #expect(before != nil)
    #expect(try sources.guide(for: files.at("a.png")).digest == before)
    #expect(try sources.digest(for: files.at("b.png")) == nil)
    try files.write(Array(#"{"degradation": "snow", "content": "a"}"#.utf8), "a.json")
    let after = try sources.digest(for: files.at("a.png"))
    #expect(after != before)
    try files.writeImage("clean.png", level: 0.5)
    let shown = Self.options { $0.referenceImage = files.at("clean.png") }
    let guided = GuideSources(Self.both, shown)
    let first = try guided.digest(for: files.at("a.png"))
    #expect(first != after)
    try files.writeImage("clean.png", level: 0.25)
    #expect(try guided.digest(for: files.at("a.png")) != first)
  }

  @Test func referencesComeFromOptionsOrFiles() throws {
    let files = try Files([
      "a.json": #"{"degradation": "", "content": "", "reference_image": "own.png"}"#,
      "b.json": #"{"degradation": "", "content": ""}"#,
      "c.json": #"{"degradation": "", "content": "", "reference_image": "none.png"}"#,
    ])
    try files.writeImage("own.png", level: 1)
    try files.writeImage("all.png", level: 0)
    let sources = GuideSources(Self.both, Self.options())
    #expect(try sources.guide(for: files.at("a.png")).reference?.planes[0] == 1)
    #expect(try sources.guide(for: files.at("b.png")).reference == nil)
    let error = #expect(throws: LimpidError.self) { try sources.guide(for: files.at("c.png")) }
    #expect(error?.description.contains("none.png") == true && error?.kind == .noInput)
    let shown = Self.options { $0.referenceImage = files.at("all.png") }
    let guide = try GuideSources(Self.both, shown).guide(for: files.at("a.png"))
    #expect(guide.reference?.planes[0] == 0 && guide.reference?.height == 5)
    #expect(guide.settings.last?.value.hasPrefix("all.png (sha256 ") == true)
  }

  /// The command sees the image's path and a question, each as one word.
  @Test func theCommandAnswersQuestions() throws {
    let files = try Files()
    let asking = Self.options { $0.captionCommand = #"printf 'it is %s,\n %s'"# }
    let guide = try GuideSources(GuideNeeds(texts: [.content]), asking)
      .guide(for: files.at("a b.png"))
    #expect(
      guide.texts[.content] == ["it is \(files.at("a b.png")), \(TextKind.content.question)"])
    #expect(guide.settings.count == 1 && guide.digest == nil)
  }

  @Test func theCommandIsNotAskedForWhatIsWritten() throws {
    let files = try Files(["a.json": #"{"degradation": "rain", "content": "a"}"#])
    let asking = Self.options { $0.captionCommand = "touch \(files.at("asked")); echo x #" }
    _ = try GuideSources(Self.both, asking).guide(for: files.at("a.png"))
    #expect(!FileManager.default.fileExists(atPath: files.at("asked").text))
    _ = try GuideSources(Self.both, asking).guide(for: files.at("b.png"))
    #expect(FileManager.default.fileExists(atPath: files.at("asked").text))
  }

  @Test(arguments: [
    ("exit 3 #", "ended with exit code 3"), ("echo oh no >&2; exit 1 #", "exit code 1: oh no"),
    ("kill -9 $$ #", "was ended: Killed"), ("true", "printed nothing"),
    ("echo '  ' #", "printed nothing"), ("printf 'a\\377' #", "no UTF-8"),
    ("printf 'a\\007' #", "control characters"), ("yes", "more than 8192 bytes"),
    ("/nonexistent/program", "exit code 127"), ("sleep 60 #", "no answer within 1 s"),
    ("(sleep 60 & echo a; exit 4) #", "exit code 4"),
  ])
  func failuresAreOneLine(_ command: String, _ says: String) throws {
    let asking = Self.options {
      $0.captionCommand = command
      $0.captionPatience = 1
    }
    let began = ContinuousClock.now
    let error = #expect(throws: LimpidError.self) {
      try GuideSources(GuideNeeds(texts: [.content]), asking).guide(for: "/tmp/a.png")
    }
    #expect(ContinuousClock.now - began < .seconds(30))
    let line = error?.description ?? ""
    #expect(line.hasPrefix("/tmp/a.png: the caption command ") && line.contains(says), "\(line)")
    #expect(!line.contains("\n"))
  }

  @Test func nobodyWaitsForACommandThatIsWantedNoMore() throws {
    let asking = Self.options { $0.captionCommand = "sleep 60 #" }
    let began = ContinuousClock.now
    let error = #expect(throws: LimpidError.self) {
      try GuideSources(GuideNeeds(texts: [.content]), asking).guide(for: "a.png") { true }
    }
    #expect(error?.description.contains("was stopped") == true)
    #expect(ContinuousClock.now - began < .seconds(20))
  }

  @Test func systemsRefuseWhatTheyDoNotLookAt() throws {
    let engine = try Engine(.reference)
    var options = SystemOptions()
    options.texts[.content] = ["a"]
    let error = #expect(throws: LimpidError.self) {
      try Restorer(try Model(.denoiser), on: engine, options)
    }
    #expect(error?.kind == .usage && error?.remedy == .leaveOut(["content-text"]))
    options = SystemOptions()
    options.referenceImage = "a.png"
    #expect(throws: LimpidError.self) { try Restorer(try Model(.denoiser), on: engine, options) }
  }
}

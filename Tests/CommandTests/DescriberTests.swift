import Foundation
import Images
import Synchronization
import Testing

/// Pictures that are described and restored in one run, by a tiny MRIR.
@Suite struct DescriberTests {
  private static let question = """
    Describe the image in a very detailed manner if we remove the degradation artifacts from the \
    image.
    """

  /// A folder with pictures in `in`.
  private static func folder(_ names: [String] = ["a", "b", "c"]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.makeFolder("in")
    for (number, name) in names.enumerated() {
      try folder.write(SampleFiles.image(width: 12 + number, height: 9), "in/\(name).png")
    }
    return folder
  }

  private static func arguments(_ describer: String, _ more: [String]) -> [String] {
    [
      "restore", "-m", SampleFiles.mrir, "-g", "reference", "-i", "in", "--steps", "1",
      "--process-size", "0", "--describer", describer, "--describer-tokens", "8",
    ] + more
  }

  private static func restore(
    _ describer: String, _ more: [String] = ["-o", "out"], in folder: TemporaryFolder
  ) throws -> Command.Outcome {
    try Command.run(arguments(describer, more), in: folder)
  }

  /// The texts of a folder's ledger, by picture, and how many lines they have.
  private static func ledger(
    _ output: String, in folder: TemporaryFolder
  ) throws -> (texts: [String: String], lines: Int) {
    let lines = try folder.bytes("\(output)/.limpid-run.jsonl").split(separator: 0x0A)
    let records = try lines.compactMap { line in
      let record = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
      return record?["text"] as? [String: Any]
    }
    let texts = records.compactMap { record -> (String, String)? in
      guard let input = record["input"] as? String, let text = record["text"] as? String else {
        return nil
      }
      return (input, text)
    }
    return (Dictionary(texts) { $1 }, records.count)
  }

  /// What `describe` wrote, by picture.
  private static func prompts(_ outcome: Command.Outcome) throws -> [String: String] {
    let lines = try outcome.output.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
    }
    return Dictionary(lines.map { ($0["image"] ?? "", $0["prompt"] ?? "") }) { $1 }
  }

  /// The model is asked before anything is restored, once for each picture, whatever ends the run.
  @Test func everyPictureIsDescribedOnce() throws {
    let folder = try Self.folder()
    try TinyLLaVA.write(to: folder)
    let described = try Command.run(
      ["describe", "-m", "llava", "-i", "in", "--max-tokens", "8", "-g", "reference"], in: folder)
    #expect(described.code == 0, "\(described.errors)")
    #expect(try Self.restore("llava", ["-o", "whole"], in: folder).code == 0)
    let (texts, lines) = try Self.ledger("whole", in: folder)
    #expect(lines == 3)
    #expect(try texts == Self.prompts(described))
    for (name, text) in texts {
      let settings = try #require(try folder.image("whole/\(name)").recordedSettings)
      #expect(
        settings.contains("prompt '\(text)'") && settings.contains("describer 'llava (files "))
    }

    let run = try Command(
      Self.arguments("llava", ["-o", "out", "--json", "--batch-size", "2"]), in: folder)
    run.wait(for: "image_started")
    run.endAtOnce()
    #expect(try Self.ledger("out", in: folder).lines == 3)
    let resumed = try Self.restore("llava", ["-o", "out", "--resume"], in: folder)
    #expect(resumed.code == 0, "\(resumed.errors)")
    #expect(try Self.ledger("out", in: folder).lines == 3)
    for name in texts.keys {
      #expect(try folder.image("out/\(name)").samples == folder.image("whole/\(name)").samples)
    }
    // Another question is another text, and so is a longer answer.
    for (more, lines) in [(["--question", "What is it?"], 6), (["--describer-tokens", "9"], 9)] {
      let other = try Self.restore("llava", ["-o", "out", "--resume"] + more, in: folder)
      #expect(other.code == 0, "\(other.errors)")
      #expect(try Self.ledger("out", in: folder).lines == lines)
    }
  }

  @Test func aServerIsAskedAboutWhatNobodySays() throws {
    let arrived = Mutex(0)
    let server = try StubServer { request in
      // The first answer waits for a second question.
      arrived.withLock { $0 += 1 }
      while arrived.withLock({ $0 }) < 2 { usleep(1000) }
      return request.number == 1
        ? StubServer.response("429 Too Many Requests", "busy") : StubServer.completion("photo")
    }
    defer { server.stop() }
    let folder = try Self.folder(["a", "b", "c", "d", "e"])
    try folder.write(Array(#"{"prompt": "an"}"#.utf8), "in/c.json")
    try folder.write(Array("secret\n".utf8), "key")
    let outcome = try Self.restore(
      server.address,
      [
        "-o", "out", "--describer-key", "key", "--describer-model", "tiny",
        "--describer-requests", "2",
      ], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(server.requests.count == 5 && server.mostOpen == 2)
    for request in server.requests {
      #expect(request.head.hasPrefix("POST /v1/chat/completions HTTP/1.1"))
      #expect(request.head.contains("Authorization: Bearer secret"))
      let (text, image) = try #require(request.question)
      #expect(text == Self.question && (try? Image.decode([UInt8](image)))?.height == 9)
    }
    #expect(try Self.ledger("out", in: folder).texts.count == 4)
    let settings = try #require(try folder.image("out/a.png").recordedSettings)
    #expect(settings.contains("prompt 'photo'") && !settings.contains("secret"))
    #expect(try folder.image("out/c.png").recordedSettings?.contains("prompt 'an'") == true)
  }

  /// A server that fails one picture fails that alone, and the next run asks for it alone.
  @Test func aPictureWithoutAnAnswerIsNotLost() throws {
    let hanging = try StubServer { $0.number == 1 ? nil : StubServer.completion("photo") }
    defer { hanging.stop() }
    let folder = try Self.folder()
    let more = [
      "-o", "out", "--resume", "--describer-timeout", "1", "--describer-retries", "0",
      "--describer-requests", "1",
    ]
    let outcome = try Self.restore(hanging.address, more, in: folder)
    #expect(outcome.code == 75, "\(outcome.errors)")
    #expect(outcome.errors.contains("in/b.png: \(hanging.address)/v1/chat/completions gave no"))
    #expect(folder.images(in: "out") == ["a.png", "c.png"])
    let again = try Self.restore(hanging.address, more, in: folder)
    #expect(again.code == 0, "\(again.errors)")
    #expect(hanging.requests.count == 4 && folder.images(in: "out").count == 3)
  }

  /// One line, the documented code, and nothing that is begun.
  @Test func serversThatAreNoneAreNamed() throws {
    let other = try StubServer { _ in StubServer.completion("photo") }
    defer { other.stop() }
    let there = "Location: \(other.address)/v1\r\n"
    let cases: [(code: Int32, response: String, reason: String)] = [
      (2, StubServer.response("200 OK", "<html>hello</html>"), "no chat completion but \"<html>"),
      (75, StubServer.response("429 Too Many Requests", ""), "answered with status 429"),
      (2, StubServer.response("400 Bad Request", ""), "answered with status 400"),
      (69, StubServer.response("302 Found", "", there), "another place, which is not followed"),
      (69, StubServer.response("401 Unauthorized", ""), "answered with status 401"),
      (75, "", "is not reached"), (2, StubServer.completion(""), "the describer said nothing"),
      (2, StubServer.response("200 OK", String(repeating: " ", count: 2 << 20)), "answered more"),
    ]
    for (code, response, reason) in cases {
      let server = try StubServer { _ in response }
      defer { server.stop() }
      let folder = try Self.folder(["a"])
      let outcome = try Command.run(
        Self.arguments(server.address, ["-o", "out.png", "--describer-retries", "0"]).map {
          $0 == "in" ? "in/a.png" : $0
        }, in: folder)
      #expect(outcome.code == code, "\(reason): \(outcome.errors)")
      #expect(outcome.errorLines.count == 1 && outcome.errors.contains(reason))
      #expect(!folder.files.contains("out.png"))
    }
    #expect(other.requests.isEmpty)
  }

  @Test func whatMakesNoSenseIsRefused() throws {
    let folder = try Self.folder(["a"])
    for (describer, more, reason) in [
      ("http://", [], "no address"), ("http://me:pw@localhost", [], "no password"),
      ("llava", ["--describer-key", "a"], "are for a server"),
      ("llava", ["--caption-command", "true"], "exclude each other"),
      ("http://localhost", ["--question", "content=x"], "takes no content texts"),
    ] {
      let outcome = try Self.restore(describer, ["-o", "out"] + more, in: folder)
      #expect(outcome.code == 64 && outcome.errorLines.count == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains(reason), "\(outcome.errors)")
    }
    let missing = try Self.restore("nowhere", ["-o", "out"], in: folder)
    #expect(missing.code == 66, "\(missing.errors)")
    #expect(!folder.files.contains { $0.hasPrefix("out") })
  }
}

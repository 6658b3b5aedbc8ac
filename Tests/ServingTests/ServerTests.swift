import Foundation
import Glibc
import Images
import Pictures
import Testing

/// A server restores what comes as the command does, and survives what comes.
@Suite(.serialized) struct ServerTests {
  @Test func resultsAreThoseOfTheCommand() throws {
    let server = try ServerUnderTest()
    let picture = try samplePNG()
    let plain = try server.post("/v1/restore", picture, ["Content-Type: image/png"])
    #expect(plain.status == 200 && plain.headers["content-type"] == "image/png", "\(plain.text)")
    #expect(try plain.body == restoredByCommand(picture))
    #expect(plain.headers["x-limpid-size"] == "20x13" && plain.headers["server-timing"] != nil)

    let options = ["--format", "tif", "--bit-depth", "16", "--tta"]
    let form = Self.form(picture, ["format": "tif", "tta": "true"])
    let other = try server.post("/v1/restore?bit_depth=16", form.body, [form.type])
    #expect(other.headers["content-type"] == "image/tiff", "\(other.text)")
    #expect(try other.body == restoredByCommand(picture, options))

    let larger = try server.post("/v1/restore?scale=2&embed-settings=false", picture)
    #expect(larger.headers["x-limpid-size"] == "40x26", "\(larger.text)")
    #expect(try larger.body == restoredByCommand(picture, ["--scale", "2", "--no-embed-settings"]))
    #expect(server.workers.count == 3)
  }

  /// Whoever else is served, and together with whom: on a device that takes batches.
  @Test func resultsAreThoseOfTheCommandInBatches() throws {
    let server = try ServerUnderTest(
      ["--max-queue-delay", "300000", "--max-batch-size", "4"], device: "cpu")
    let pictures = try (0..<3).map { try samplePNG(width: 32, height: 32, variant: $0) }
    let places = try (0..<9).map { place in
      try #require(try server.post("/v1/jobs", pictures[place % 3]).headers["location"])
    }
    let expected = try pictures.map { try restoredByCommand($0, device: "cpu") }
    for (number, place) in places.enumerated() {
      #expect(try server.get("\(place)/events").text.contains("event: done"))
      #expect(try server.get("\(place)/result").body == expected[number % 3], "\(number)")
    }
    let metrics = try server.get("/metrics").text
    #expect(metrics.contains("nv_inference_request_success{model=\"builtin\",version=\"1\"} 9\n"))
    let batches = try #require(Self.value("nv_inference_exec_count", metrics))
    #expect(batches < 9, "\(metrics)")
  }

  @Test func jobsAreFollowedAndForgotten() throws {
    let server = try ServerUnderTest()
    let picture = try samplePNG()
    let created = try server.post("/v1/jobs?name=a.png", picture)
    let place = try #require(created.headers["location"])
    #expect(created.status == 202 && place.hasPrefix("/v1/jobs/") && place.utf8.count == 41)
    let events = try server.get("\(place)/events")
    #expect(events.headers["content-type"] == "text/event-stream")
    #expect(events.text.hasSuffix("\n\n") && events.text.contains("event: done\ndata: {"))
    let job = try server.get(place).json()
    #expect(job["state"] as? String == "done" && job["progress"] as? Double == 1)
    let result = try server.get(try #require(job["result"] as? String))
    #expect(try result.body == restoredByCommand(picture))
    #expect(try server.get("/v1/jobs").text.contains(place.dropFirst(9)))
    #expect(try server.get(place, method: "DELETE").status == 204)
    #expect(try server.get(place).status == 404 && server.get("\(place)/result").status == 404)
  }

  @Test func resultsExpire() throws {
    let server = try ServerUnderTest(["--result-ttl", "1"])
    let created = try server.post("/v1/jobs", try samplePNG())
    let place = try #require(created.headers["location"])
    for _ in 0..<3000 {
      if try server.get(place).status == 404 { return }
      usleep(10_000)
    }
    Issue.record("the result is kept")
  }

  @Test func jobsAreCancelled() throws {
    let server = try ServerUnderTest(["--max-batch-size", "1"])
    let large = try samplePNG(width: 160, height: 160)
    let places = try (0..<4).map { _ in
      try #require(try server.post("/v1/jobs", large).headers["location"])
    }
    #expect(try server.get("\(places[3])/result").status == 409)
    #expect(try server.get(places[3], method: "DELETE").status == 204)
    #expect(try server.get(places[3]).status == 404)
    #expect(try server.get(places[2], method: "DELETE").status == 204)
    #expect(try server.get("/metrics").text.contains("reason=\"CANCELED\"} 2\n"))
    for place in places.prefix(2) {
      #expect(try server.get("\(place)/events").text.contains("event: done"))
    }
    // What was given up holds no place once the run has come to it.
    #expect(try server.post("/v1/restore", try samplePNG()).status == 200)
    let metrics = try server.get("/metrics").text
    #expect(metrics.contains("nv_inference_pending_request_count 0\n"))
    #expect(metrics.contains("nv_inference_request_success{model=\"builtin\",version=\"1\"} 3\n"))
  }

  @Test func aLostProcessCostsARetry() throws {
    let server = try ServerUnderTest(["--max-batch-size", "1"])
    try server.waitUntilReady()
    let picture = try samplePNG(width: 128, height: 128)
    let places = try (0..<4).map { _ in
      try #require(try server.post("/v1/jobs", picture).headers["location"])
    }
    let worker = try #require(server.workers.first)
    kill(worker, SIGKILL)
    let expected = try restoredByCommand(picture)
    for place in places {
      #expect(try server.get("\(place)/events").text.contains("event: done"))
      #expect(try server.get("\(place)/result").body == expected)
    }
    // A process that ended while it had nothing to do is missed by the next picture.
    let second = try #require(server.workers.first)
    #expect(second != worker)
    kill(second, SIGSEGV)
    for _ in 0..<1000 where !Self.hasEnded(second) { usleep(10_000) }
    #expect(try server.post("/v1/restore", try samplePNG()).status == 200)
    #expect(!server.workers.contains(second))
  }

  /// Whether a process is dead, be it that nobody has asked how.
  private static func hasEnded(_ process: pid_t) -> Bool {
    let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return status?.contains(") Z ") ?? true
  }

  @Test func modelsMakeRoomForOneAnother() throws {
    let server = try ServerUnderTest(["--max-loaded-models", "1"])
    let picture = try samplePNG()
    for model in ["builtin", "builtin-x2", "builtin"] {
      let reply = try server.post("/v1/restore?model=\(model)", picture)
      #expect(try reply.body == restoredByCommand(picture, ["-n", model]), "\(model)")
      #expect(server.workers.count == 1)
    }
    let models = try #require(try server.get("/v1/models").json()["data"] as? [[String: Any]])
    let known = ["builtin", "builtin-x2", "builtin-x4", "up-restorer-small"]
    #expect(models.map { $0["id"] as? String } == known)
    #expect(models.map { $0["scale"] as? Int } == [1, 2, 4, 1])
    #expect(try server.post("/v1/restore?model=../x", picture).status == 404)
  }

  /// Device memory counts as pictures have shown it, on a device that has some.
  @Test func modelsGoThatTakeTooMuchMemory() throws {
    let server = try ServerUnderTest(["--max-loaded-memory", "0.001"], device: "cpu")
    let picture = try samplePNG()
    for model in ["builtin", "builtin-x2", "builtin"] {
      #expect(try server.post("/v1/restore?model=\(model)", picture).status == 200)
      #expect(server.workers.count == 1)
      let name = "nv_gpu_memory_used_bytes{model=\""
      let loaded = try server.get("/metrics").text.split(separator: "\n")
        .filter { $0.hasPrefix(name) }.map { $0.dropFirst(name.count).prefix { $0 != "\"" } }
      #expect(loaded == [Substring(model)])
    }
    let roomy = try ServerUnderTest(["--max-loaded-memory", "16"], device: "cpu")
    for model in ["builtin", "builtin-x2"] {
      #expect(try roomy.post("/v1/restore?model=\(model)", picture).status == 200)
    }
    #expect(roomy.workers.count == 2)
  }

  @Test func clientsOfOpenAIAreAnswered() throws {
    let server = try ServerUnderTest()
    let picture = try samplePNG()
    let form = Self.form(
      picture,
      ["model": "builtin", "n": "1", "size": "auto", "response_format": "b64_json", "user": "u"])
    let reply = try server.post("/v1/images/edits", form.body, [form.type])
    let data = try #require(try reply.json()["data"] as? [[String: String]], "\(reply.text)")
    let file = try #require(Data(base64Encoded: data[0]["b64_json"] ?? ""))
    #expect(try [UInt8](file) == restoredByCommand(picture))
  }

  @Test func theServerEndsAfterThePicturesAtHand() throws {
    let server = try ServerUnderTest()
    try server.waitUntilReady()
    let picture = try samplePNG(width: 96, height: 96)
    let reply = AwaitedReply { try server.post("/v1/restore", picture) }
    for _ in 0..<5000 {
      if try server.get("/metrics").text.contains("pending_request_count 1\n") { break }
      usleep(1000)
    }
    server.terminate()
    while let reply = try? server.get("/readyz"), reply.status == 200 { usleep(1000) }
    if let late = try? server.post("/v1/restore", picture) { #expect(late.status == 503) }
    #expect(try reply.get().body == restoredByCommand(picture))
    #expect(server.end() == 0)
  }

  @Test func limpidBecomesTheServer() throws {
    let server = try ServerUnderTest(by: "limpid")
    #expect(try server.get("/healthz").text == "ok\n")
    #expect(try server.get("/openapi.json").json()["openapi"] as? String == "3.1.0")
    let capabilities = try server.get("/v1/capabilities").json()
    #expect((capabilities["options"] as? [String])?.contains("tile") == true)
  }

  /// What the page does is tools/check-serve-page's business.
  @Test func aPageIsServedThatAsksNobodyElse() throws {
    let server = try ServerUnderTest()
    let page = try server.get("/")
    #expect(page.status == 200 && page.headers["content-type"] == "text/html; charset=utf-8")
    let policy = try #require(page.headers["content-security-policy"])
    #expect(policy.hasPrefix("default-src 'none'; ") && !policy.contains("unsafe"))
    for (tag, source) in [("style", "style-src"), ("script", "script-src")] {
      let start = try #require(page.text.range(of: "<\(tag)>"))
      let end = try #require(page.text.range(of: "</\(tag)>"))
      let digest = Digest.raw(of: Array(page.text[start.upperBound..<end.lowerBound].utf8))
      #expect(policy.contains("\(source) 'sha256-\(Data(digest).base64EncodedString())'"))
    }
    #expect(!page.text.contains("{{") && !page.text.contains("http://"))
    #expect(try server.get("/", ["Host: evil.example"]).status == 421)
  }

  /// The value of the first line of a name.
  private static func value(_ name: String, _ metrics: String) -> Int? {
    let line = metrics.split(separator: "\n").first { $0.hasPrefix("\(name){") }
    return line?.split(separator: " ").last.flatMap { Int($0) }
  }

  /// A picture with fields.
  private static func form(
    _ picture: [UInt8], _ fields: [String: String]
  ) -> (body: [UInt8], type: String) {
    let head = "--x\r\nContent-Disposition: form-data; name="
    var body = Array("\(head)\"image\"; filename=\"-\"\r\n\r\n".utf8) + picture
    for (name, value) in fields { body += Array("\r\n\(head)\"\(name)\"\r\n\r\n\(value)".utf8) }
    return (body + Array("\r\n--x--\r\n".utf8), "Content-Type: multipart/form-data; boundary=x")
  }
}

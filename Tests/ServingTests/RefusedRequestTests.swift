import Foundation
import Glibc
import Testing

/// What a server does not do, and how it says so.
@Suite(.serialized) struct RefusedRequestTests {
  private static func hugePNG() throws -> [UInt8] {
    var bytes = try samplePNG()
    // The sides, of which the checksum knows nothing: headers are looked at before that.
    bytes.replaceSubrange(16..<24, with: [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60])
    return bytes
  }

  @Test func picturesThatAreNoneAreTheClientsFault() throws {
    let server = try ServerUnderTest(["--max-pixels", "1", "--max-upload", "1"])
    let picture = try samplePNG()
    let cases: [(target: String, body: [UInt8], statuses: Set<Int>)] = [
      ("/v1/restore", [], [400]), ("/v1/restore", Array("hello".utf8), [415]),
      ("/v1/restore", Array(picture.dropLast(40)), [422]),
      ("/v1/restore", try Self.hugePNG(), [413, 422]),
      ("/v1/restore", try samplePNG(width: 1100, height: 1000), [413]),
      ("/v1/restore", [UInt8](repeating: 0, count: 1 << 20 + 1), [413]),
      ("/v1/restore?tile=x", picture, [400]), ("/v1/restore?nothing=1", picture, [400]),
      ("/v1/restore?caption-command=id", picture, [400]),
      ("/v1/restore?output=/etc/x", picture, [400]), ("/v1/restore?steps=3", picture, [400]),
      ("/v1/restore?format=gif", picture, [400]), ("/v1/restore?tile=1&tile=2", picture, [400]),
      ("/v1/restore?tile=%", picture, [400]), ("/v1/images/edits?n=2", picture, [400]),
    ]
    for (target, body, statuses) in cases {
      let reply = try server.post(target, body)
      #expect(statuses.contains(reply.status), "\(target): \(reply.text)")
      let error = try #require(try reply.json()["error"] as? [String: String])
      let message = try #require(error["message"])
      #expect(!message.contains("/") || message.contains("/v1/"), "\(message)")
      #expect(!message.isEmpty && !message.contains("\n"))
    }
    #expect(try server.post("/v1/restore", picture).status == 200)
    #expect(try server.get("/metrics").text.contains("pending_request_count 0\n"))
  }

  /// A guided network without guidance, in a folder of which a client hears nothing.
  @Test func modelsThatWantMoreSayWhat() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    let checkpoint = tests.appendingPathComponent(
      "NetworksTests/Fixtures/restormer-guided/checkpoint.safetensors")
    let server = try ServerUnderTest(["-m", checkpoint.deletingLastPathComponent().path])
    let reply = try server.post("/v1/restore?model=checkpoint", try samplePNG())
    #expect(reply.status == 422)
    #expect(reply.text.contains("give a reference image"), "\(reply.text)")
    #expect(!reply.text.contains(tests.path), "\(reply.text)")
  }

  @Test func bodiesAreCountedWhileTheyCome() throws {
    let server = try ServerUnderTest(["--max-upload", "1"])
    let endless = try Exchange(
      server.port, "POST", "/v1/restore", ["Transfer-Encoding: chunked"])
    let block = Array("10000\r\n".utf8) + [UInt8](repeating: 0, count: 1 << 16) + [13, 10]
    for _ in 0..<20 { endless.send(block) }
    #expect(try endless.reply().status == 413)
    let liar = try Exchange(
      server.port, "POST", "/v1/restore", ["Content-Length: 99999999999999999999"])
    #expect([400, 413].contains(try liar.reply().status))
  }

  @Test func slowClientsAreLetGo() throws {
    let server = try ServerUnderTest(["--idle-timeout", "1", "--transfer-timeout", "1"])
    let silent = try Exchange(server.port)
    #expect(silent.rest().isEmpty)
    let half = try Exchange(server.port)
    half.send(Array("GET /healthz HTTP/1.1\r\nHo".utf8))
    #expect(half.rest().isEmpty)
    let slow = try Exchange(server.port, "POST", "/v1/restore", ["Content-Length: 1000"])
    for _ in 0..<16 {
      slow.send([0])
      usleep(100_000)
    }
    let bytes = slow.rest()
    #expect(bytes.isEmpty || Reply(bytes)?.status == 408)
    #expect(try server.get("/healthz").status == 200)
  }

  @Test func keysAreAskedFor() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data("ana:0123456789abcdef\nben:fedcba9876543210\n".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let server = try ServerUnderTest(["--api-key-file", file.path, "--max-per-key", "1"])
    let (ana, ben) = ("Authorization: Bearer 0123456789abcdef", "X-API-Key: fedcba9876543210")
    let picture = try samplePNG(width: 128, height: 128)
    #expect(try server.get("/healthz").status == 200 && server.get("/openapi.json").status == 200)
    let refused = try server.post("/v1/restore", picture)
    #expect(refused.status == 401 && refused.headers["www-authenticate"] == "Bearer")
    #expect(try server.get("/metrics", ["X-API-Key: 0123456789abcdeg"]).status == 401)
    #expect(try server.get("/metrics?key=0123456789abcdef").status == 401)
    let place = try #require(try server.post("/v1/jobs", picture, [ana]).headers["location"])
    let second = try server.post("/v1/jobs", picture, [ana])
    #expect(second.status == 429 && Int(second.headers["retry-after"] ?? "") != nil)
    #expect(try server.post("/v1/restore", try samplePNG(), [ben]).status == 200)
    #expect(try server.get(place, [ben]).status == 404 && server.get(place, [ana]).status == 200)
  }

  @Test func pagesOfOthersMayNotAsk() throws {
    let server = try ServerUnderTest(["--cors-origin", "https://app.example"])
    #expect(try server.get("/healthz", ["Host: evil.example"]).status == 421)
    #expect(try server.get("/healthz", ["Origin: http://evil.example"]).status == 403)
    let own = try server.get("/healthz", ["Origin: http://localhost"])
    #expect(own.status == 200 && own.headers["access-control-allow-origin"] == nil)
    let named = try server.get("/healthz", ["Origin: https://app.example"])
    #expect(named.headers["access-control-allow-origin"] == "https://app.example")
    let asked = try server.get(
      "/v1/restore", ["Origin: https://app.example"], method: "OPTIONS")
    #expect(asked.status == 204 && asked.headers["access-control-allow-methods"] != nil)
    #expect(try server.get("/v1/restore", ["Origin: http://x"], method: "OPTIONS").status == 403)
  }

  @Test func othersAreOnlyServedOnPurpose() throws {
    let process = Process()
    process.executableURL = ServerUnderTest.folder.appendingPathComponent("limpid-serve")
    process.arguments = ["--host", "0.0.0.0", "--port", "0"]
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let told = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 64 && told.contains("--api-key-file"), "\(told)")
  }

  @Test func clientsThatGoAwayAreNotWaitedFor() throws {
    let server = try ServerUnderTest()
    let picture = try samplePNG(width: 160, height: 160)
    for _ in 0..<3 {
      let exchange = try Exchange(
        server.port, "POST", "/v1/restore", ["Content-Length: \(picture.count)"], picture)
      usleep(50_000)
      _ = exchange
    }
    for _ in 0..<1000 {
      let metrics = try server.get("/metrics").text
      if metrics.contains("pending_request_count 0\n") {
        #expect(metrics.contains("request_success{model=\"builtin\",version=\"1\"} 0\n"))
        return
      }
      usleep(10_000)
    }
    Issue.record("pictures of nobody are still at hand")
  }
}

import Foundation
import Images
import Paths
import TestSupport
import Testing

/// Pictures that a request brings along besides the one that is restored.
@Suite struct GuidePictureTests {
  /// A folder with a network for two views, and the pictures that it is shown.
  private struct Views {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    let left: [UInt8]
    let right: [UInt8]
    let clean: [UInt8]

    init() throws {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let checkpoint = folder.appendingPathComponent("views.safetensors")
      try DualPixelCheckpoint.write(to: Path(checkpoint.path))
      let samples = (0..<3 * 21 * 14).map { index -> Float in
        let (plane, x, y) = (index / (21 * 14), index % 21, index % (21 * 14) / 21)
        return 0.5 + 0.2 * Float((x * (plane + 2) + 3 * y) % 11) / 11 - 0.1 * Float(plane)
      }
      left = try Self.png(samples)
      (right, clean) = (try Self.png(samples.reversed()), left)
    }

    private static func png(_ samples: [Float]) throws -> [UInt8] {
      let image = Image(width: 21, height: 14, channels: .rgb, samples: samples, depth: .sixteen)
      return try image.encoded(as: EncodingOptions(format: .png)).bytes
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
      let file = folder.appendingPathComponent(name)
      try Data(bytes).write(to: file)
      return file.path
    }

    /// A server that has the network alone.
    func server() throws -> ServerUnderTest {
      try ServerUnderTest(["-m", folder.path, "-n", "views"])
    }

    /// What the command makes of a left view and a right one.
    func restored(_ left: [UInt8], _ right: [UInt8]) throws -> [UInt8] {
      try restoredByCommand(
        left,
        [
          "-m", folder.appendingPathComponent("views.safetensors").path, "--right-view",
          try file("right.png", right), "--reference-image", try file("clean.png", clean),
        ])
    }
  }

  private static func form(
    _ pictures: [(name: String, file: [UInt8])]
  ) -> (body: [UInt8], headers: [String]) {
    var body: [UInt8] = []
    for (name, file) in pictures {
      body += Array("--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n".utf8)
      body += file + [13, 10]
    }
    return (body + Array("--b--\r\n".utf8), ["Content-Type: multipart/form-data; boundary=b"])
  }

  /// Under both spellings of names, at once and as a job; swapped views are others.
  @Test func bothViewsAreRestored() throws {
    let views = try Views()
    defer { views.remove() }
    let server = try views.server()
    let (left, right, clean) = (views.left, views.right, views.clean)
    let form = Self.form([("image", left), ("right-view", right), ("reference-image", clean)])
    let reply = try server.post("/v1/restore", form.body, form.headers)
    #expect(reply.status == 200, "\(reply.text)")
    let expected = try views.restored(left, right)
    #expect(reply.body == expected)

    let swapped = Self.form([("reference_image", clean), ("right_view", left), ("file", right)])
    let job = try server.post("/v1/jobs", swapped.body, swapped.headers)
    let place = try #require(job.headers["location"], "\(job.text)")
    #expect(try server.get("\(place)/events").text.contains("event: done"))
    let result = try server.get("\(place)/result").body
    #expect(try result == views.restored(right, left))
    #expect(result != expected)
  }

  /// Whatever is wrong with them is the client's fault, in words that name no path.
  @Test func wrongPicturesAreRefused() throws {
    let views = try Views()
    defer { views.remove() }
    let server = try views.server()
    let (left, right, clean) = (views.left, views.right, views.clean)
    let narrow = try samplePNG(width: 19, height: 13)
    let cases: [(pictures: [(String, [UInt8])], status: Int, says: String)] = [
      ([("image", left), ("reference-image", clean)], 422, "and one was given"),
      ([("image", left), ("right-view", right)], 422, "give a reference image"),
      (
        [("image", left), ("right-view", narrow), ("reference-image", clean)], 422,
        "the left view has 21x14 pixels, the right one 19x13"
      ),
      (
        [("image", left), ("right-view", Array("hello".utf8)), ("reference-image", clean)], 415,
        "right-view: "
      ),
      (
        [("image", left), ("right-view", right), ("reference-image", Array(clean.dropLast(40)))],
        422, "reference-image: "
      ),
      ([("image", left), ("right-view", right), ("right_view", right)], 400, "is one picture"),
      ([("image", left), ("right-view", [])], 400, "is one picture"),
    ]
    for (pictures, status, says) in cases {
      let form = Self.form(pictures)
      let reply = try server.post("/v1/restore", form.body, form.headers)
      #expect(reply.status == status && reply.text.contains(says), "\(reply.text)")
      #expect(!reply.text.contains(views.folder.path), "\(reply.text)")
    }
    let form = Self.form([("image", left), ("right-view", right), ("reference-image", clean)])
    #expect(try server.post("/v1/restore", form.body, form.headers).status == 200)
  }

  /// Models that take none say so.
  @Test func otherModelsTakeNone() throws {
    let server = try ServerUnderTest()
    let picture = try samplePNG()
    for name in ["right-view", "reference-image"] {
      let form = Self.form([("image", picture), (name, picture)])
      let reply = try server.post("/v1/restore", form.body, form.headers)
      #expect(reply.status == 400 && reply.text.contains(name), "\(reply.text)")
      #expect(try server.post("/v1/restore?\(name)=x", picture).status == 400)
    }
  }
}

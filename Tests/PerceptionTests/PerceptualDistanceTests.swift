import Checkpoints
import Execution
import Foundation
import Images
import Models
import Paths
import Perception
import Pictures
import Tensors
import Testing

/// Distances of pictures by narrow networks, against the package lpips.
@Suite struct PerceptualDistanceTests {
  private static func fixture(_ name: String) -> Path {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return Path(tests.appending(path: "NetworksTests/Fixtures/\(name).safetensors").path)
  }

  private static func distance(by name: String) throws -> PerceptualDistance {
    try PerceptualDistance(Model(fixture("\(name)/checkpoint")), on: Engine(.reference))
  }

  /// One of the fixture's pictures.
  private static func picture(_ number: Int, _ role: String, of name: String) throws -> Image {
    let file = try SafetensorsFile(path: fixture("\(name)/inputs"))
    let tensor = try file.tensor(named: role).outermost(number)
    return Image(
      width: tensor.shape[3], height: tensor.shape[2], channels: .rgb,
      samples: tensor.floats.map { ($0 + 1) / 2 })
  }

  @Test(arguments: ["lpips-alex", "lpips-vgg"])
  func distancesAreThePackages(_ name: String) throws {
    let distance = try Self.distance(by: name)
    let file = try SafetensorsFile(path: Self.fixture("\(name)/expected"))
    let expected = try file.tensor(named: "output").floats
    for number in expected.indices {
      let image = try Self.picture(number, "image", of: name)
      let reference = try Self.picture(number, "reference", of: name)
      let found = try #require(try distance(image, reference))
      #expect(abs(found - Double(expected[number])) < 1e-4)
      #expect(try distance(image, image) == 0)
    }
  }

  @Test func aBorderDoesNotCount() throws {
    let distance = try Self.distance(by: "lpips-vgg")
    let image = try Self.picture(0, "image", of: "lpips-vgg")
    var samples = image.samples
    for plane in 0..<3 { samples[plane * image.pixelCount] = 1 - image.plane(plane).first! }
    let other = Image(
      width: image.width, height: image.height, channels: .rgb, samples: samples)
    #expect(try #require(try distance(image, other)) > 0)
    #expect(try distance(image, other, border: 1) == 0)
  }

  @Test func whatCannotBeComparedHasNoDistance() throws {
    let distance = try Self.distance(by: "lpips-alex")
    func gray(_ width: Int, _ height: Int) -> Image {
      Image(
        width: width, height: height, channels: .gray,
        samples: [Float](repeating: 0.5, count: width * height))
    }
    #expect(try distance(gray(40, 40), gray(40, 41)) == nil)
    #expect(try distance(gray(40, 30), gray(40, 30)) == nil)
    #expect(try distance(gray(40, 40), gray(40, 40), border: 20) == nil)
    #expect(try distance(gray(40, 31), gray(40, 31)) == 0)
  }

  @Test func otherNetworksAreRefused() {
    let error = #expect(throws: LimpidError.self) {
      try PerceptualDistance(Model(Self.fixture("dncnn/checkpoint")), on: Engine(.reference))
    }
    #expect(error?.kind == .badData)
    #expect("\(error!)".hasSuffix("it is DnCNN, not LPIPS"))
  }
}

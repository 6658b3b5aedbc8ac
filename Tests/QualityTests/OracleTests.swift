import Foundation
import Images
import Paths
import Quality
import Testing

/// Against what pyiqa 0.1.16 and BasicSR 1.4.2 say of the same pictures.
@Suite struct OracleTests {
  private static let photo = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../tools/demo/astronaut.png")

  /// A line of pairs.csv.
  struct Pair: Sendable, CustomTestStringConvertible {
    let scene: Int
    let change: String
    let border: Int
    let values: [String: Double]

    var testDescription: String { "\(scene) \(change)" }

    static let all: [Pair] = {
      let url = Bundle.module.url(
        forResource: "pairs", withExtension: "csv", subdirectory: "Fixtures")
      let text = url.flatMap { try? String(contentsOf: $0, encoding: .utf8) } ?? ""
      let rows = text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
      return rows.dropFirst().map { row in
        let values = zip(rows[0], row).map { ($0, Double($1) ?? .nan) }
        return Pair(
          scene: Int(row[0]) ?? -1, change: row[1], border: Int(row[2]) ?? -1,
          values: Dictionary(uniqueKeysWithValues: values))
      }
    }()
  }

  @Test func thereAreTwentyPairs() { #expect(Pair.all.count == 20) }

  @Test(arguments: Pair.all)
  func numbersAreThoseOfTheOthers(_ pair: Pair) throws {
    let scene = try pair.scene == 4 ? Scene(Image.read(Path(Self.photo.path))) : Scene(pair.scene)
    let (before, after) = (scene.image, scene.changed(pair.change).image)
    var options = QualityOptions()
    options.border = pair.border
    func expect(_ value: Double?, _ name: String, within bound: Double) throws {
      let expected = try #require(pair.values[name])
      let found = try #require(value)
      #expect(abs(found - expected) <= bound, "\(name): \(found), not \(expected)")
    }
    try expect(psnr(after, before, options), "psnr", within: 1e-3)
    try expect(psnr(after, before, options), "basicsr_psnr", within: 1e-8)
    try expect(ssim(after, before, options), "ssimc", within: 1e-3)
    try expect(ssim(after, before, options), "basicsr_ssim", within: 1e-8)
    try expect(niqe(after, border: options.border), "niqe", within: 1e-3)
    options.channels = .y
    try expect(psnr(after, before, options), "basicsr_psnr_y", within: 1e-4)
    try expect(ssim(after, before, options), "basicsr_ssim_y", within: 1e-6)
    options.channels = .luma
    try expect(ssim(after, before, options), "ssim", within: 1e-3)
  }
}

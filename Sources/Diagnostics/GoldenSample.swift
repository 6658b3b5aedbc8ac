import Execution
import Images
import Models
import Paths
import Pictures
import Restoration
import Tensors

/// The picture of a bundle that shows whether an installation restores as the bundle's maker did.
package struct GoldenSample: Sendable {
  /// The largest difference of values in [0, 1].
  package let difference: Double
  package let tolerance: Double

  package var passed: Bool { difference <= tolerance }

  /// Restores the golden picture and compares.
  /// - Throws: ``LimpidError`` when the bundle has none, or it cannot be restored.
  package init(_ bundle: ModelBundle, on engine: Engine) throws(LimpidError) {
    guard let golden = bundle.description.golden else {
      throw LimpidError(.badData, "\(bundle.folder.name): it has no golden sample")
    }
    let model = try Model(Path(text: bundle.folder.name))
    let restorer = try Restorer(model, on: engine)
    let input = try Self.picture(bundle, golden.input)
    let expected = try Self.picture(bundle, golden.expected)
    // What lies beside the picture counts where the bundle vouches for it.
    let files = try bundle.description.files.keys.map { path throws(LimpidError) in
      try bundle.folder.located(path)
    }
    let sources = GuideSources(
      try RestorationSystems.system(for: model).guides(SystemOptions()), SystemOptions(),
      among: Set(files))
    let guide = try sources.guide(for: try bundle.folder.located(golden.input))
    let subject = guide.subject(input, seed: restorer.seed(ofFile: Path(golden.input)))
    let restored = try restorer.restore([subject])[0].get().picture
    guard restored.width == expected.width, restored.height == expected.height else {
      throw LimpidError(.badData, "\(bundle.folder.name): the golden sample has another size")
    }
    tolerance = golden.tolerance
    difference = zip(restored.planes, expected.planes).reduce(0) {
      // Files hold values in [0, 1] only.
      max($0, abs(Double($1.0.clamped(to: 0...1)) - Double($1.1)))
    }
  }

  private static func picture(
    _ bundle: ModelBundle, _ path: String
  ) throws(LimpidError) -> Picture {
    let place = try bundle.folder.located(path)
    do {
      let encoding = EncodingOptions(format: .png)
      return try LoadedImage(place, OutputOptions(), for: encoding).pictures[0]
    } catch {
      throw LimpidError(error, subject: bundle.folder.called(path))
    }
  }
}

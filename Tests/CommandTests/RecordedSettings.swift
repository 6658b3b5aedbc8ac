import Images
import Testing

extension Image {
  /// How the image was made, from where PNG keeps it.
  var recordedSettings: String? {
    metadata.text.first { $0.keyword == "parameters" }?.text
  }
}

/// Arguments of `limpid restore`, and what the settings that it records then contain.
typealias RecordedArguments = (arguments: [String], record: String)

/// Asks that each of the variants makes another picture and says so in the picture's metadata.
/// - Parameters:
///   - restore: runs the command with such arguments, and this name of the output.
///   - model: what the settings say of the model.
/// - Returns: the pictures, in the variants' order.
@discardableResult
func expectRecords(
  _ variants: [RecordedArguments], model: String, in folder: TemporaryFolder,
  restore: ([String], String) throws -> Command.Outcome
) throws -> [Image] {
  let images = try variants.enumerated().map { number, variant in
    let name = "\(number).png"
    let outcome = try restore(variant.arguments, name)
    #expect(outcome.code == 0, "\(variant.arguments): \(outcome.errors)")
    let image = try folder.image(name)
    let settings = try #require(image.recordedSettings)
    #expect(settings.contains(model), "\(settings)")
    #expect(settings.contains(variant.record), "\(variant.arguments): \(settings)")
    return image
  }
  let alike = images.indices.filter { index in
    images[..<index].contains { $0.samples == images[index].samples }
  }
  #expect(alike.isEmpty, "as others: \(alike.map { variants[$0].arguments })")
  return images
}

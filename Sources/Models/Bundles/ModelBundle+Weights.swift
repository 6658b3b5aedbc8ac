import Checkpoints
import Pictures

extension ModelBundle {
  /// Which of its own weights are no finite numbers, one line for each file. Reads all of them.
  package func nonFiniteWeights() throws(LimpidError) -> [String] {
    var lines: [String] = []
    for path in description.files.keys.sorted() where path.hasSuffix(".safetensors") {
      let file = try folder.tensors(path)
      do {
        let elements = try Checkpoint(file).nonFiniteElements()
        if let summary = NonFiniteElements.summary(elements) { lines.append("\(path): \(summary)") }
      } catch {
        throw LimpidError(error, subject: folder.called(path))
      }
    }
    return lines
  }
}

import Paths
import Pictures

extension Model {
  /// What was found about half precision with this model as it is; nil where nobody has looked.
  /// - Throws: ``LimpidError`` for a bundle's file that cannot be read.
  package func precision() throws(LimpidError) -> PrecisionVerdict? {
    let verdict: PrecisionVerdict?
    switch place {
    case .path: verdict = try bundle?.precision()
    case .builtIn(let known):
      do {
        verdict = try known.precision()
      } catch {
        throw LimpidError(.badData, "\(name): \(PrecisionVerdict.fileName): \(error)")
      }
    }
    guard let verdict, verdict.model == digest else { return nil }
    return verdict
  }

  /// Where a verdict on it is kept; nil for models without a bundle.
  package var precisionPath: Path? {
    bundle.map { $0.folder.path.appending(Path(PrecisionVerdict.fileName)) }
  }
}

extension ModelBundle {
  /// Nothing vouches for the file, which names the model that it is about.
  fileprivate func precision() throws(LimpidError) -> PrecisionVerdict? {
    let name = PrecisionVerdict.fileName
    guard folder.has(name) else { return nil }
    let bytes = try folder.bytes(name, limit: PrecisionVerdict.maximumBytes)
    do {
      return try PrecisionVerdict(parsing: bytes)
    } catch {
      throw LimpidError(.badData, "\(folder.called(name)): \(error)")
    }
  }
}

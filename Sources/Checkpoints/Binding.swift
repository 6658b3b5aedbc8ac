import IR
import Tensors

/// The parameters of a graph, found in a checkpoint: each is there, in its shape and of a
/// floating-point type.
package struct Binding: WeightSource, Sendable {
  /// The tensors of the file that are no parameter, under their names in the file.
  package let unused: [Manifest.Entry]
  private var parameters: [String: Parameter]

  /// Where a parameter is read from.
  private struct Parameter {
    let checkpoint: Checkpoint
    let location: Manifest.Location
    let shape: Shape
  }

  /// Checks every parameter before any of them is read.
  /// - Parameters:
  ///   - allowUnused: whether the checkpoint may have tensors that are no parameter.
  ///   - location: where the checkpoint holds a parameter.
  package init(
    _ manifest: Manifest, to checkpoint: Checkpoint, allowUnused: Bool = false,
    location: (Manifest.Entry) -> Manifest.Location
  ) throws(BindingError) {
    let located = manifest.entries.map { ($0, location($0)) }
    let wanted = Manifest(tensors: located.map(\.1))
    var difference = wanted.difference(
      from: checkpoint.entries.map { .init(path: $0.name, shape: $0.shape) })
    unused = difference.unused
    if allowUnused { difference.unused = [] }
    let unreadable = wanted.entries.compactMap { entry -> BindingError.Unreadable? in
      guard let type = checkpoint.entry(named: entry.path)?.type, !type.isParameterType else {
        return nil
      }
      return .init(path: entry.path, type: type)
    }
    guard difference.isEmpty, unreadable.isEmpty else {
      throw BindingError(difference: difference, unreadable: unreadable)
    }
    parameters = Dictionary(
      located.map { ($0.path, Parameter(checkpoint: checkpoint, location: $1, shape: $0.shape)) }
    ) { first, _ in first }
  }

  /// The same parameters, of which some come from another checkpoint.
  /// - Parameter location: where the other one holds a parameter; nil for those that stay.
  package func overlaid(
    with other: Checkpoint, at location: (Manifest.Entry) -> Manifest.Location?
  ) throws(BindingError) -> Binding {
    var locations: [String: Manifest.Location] = [:]
    var replaced: [Manifest.Entry] = []
    for (path, parameter) in parameters.sorted(by: { $0.key < $1.key }) {
      let entry = Manifest.Entry(path: path, shape: parameter.shape)
      guard let place = location(entry) else { continue }
      locations[path] = place
      replaced.append(entry)
    }
    let overlay = try Binding(Manifest(entries: replaced), to: other, allowUnused: true) {
      locations[$0.path]!
    }
    var result = self
    result.parameters.merge(overlay.parameters) { $1 }
    return result
  }

  /// The same for one file.
  /// - Parameter prefix: what the file puts before each path of the manifest, dots included.
  package init(
    _ manifest: Manifest, to file: SafetensorsFile, prefix: String = "", allowUnused: Bool = false
  ) throws(BindingError) {
    try self.init(manifest, to: Checkpoint(file), allowUnused: allowUnused) {
      Manifest.Location(path: prefix + $0.path, shape: $0.shape)
    }
  }

  /// How the blocks of a parameter lie that is a quantised matrix as a whole.
  package func format(_ path: String) -> BlockFormat? {
    guard let parameter = parameters[path], parameter.location.rows == nil,
      !parameter.location.isTransposed, parameter.shape == parameter.location.shape
    else { return nil }
    return parameter.checkpoint.format(ofTensor: parameter.location.path)
  }

  package func blocks(_ path: String, rows: Range<Int>) throws -> BlockTensor {
    guard let parameter = parameters[path] else { throw SafetensorsError.noSuchTensor(path) }
    return try parameter.checkpoint.blocks(named: parameter.location.path, rows: rows)
  }

  /// Reads the parameter at `path` of the manifest.
  package func tensor(_ path: String) throws -> HostTensor {
    guard let parameter = parameters[path] else {
      throw SafetensorsError.noSuchTensor(path)
    }
    let location = parameter.location
    var tensor = try parameter.checkpoint.tensor(named: location.path)
    if let rows = location.rows { tensor = tensor.outermost(rows) }
    if location.isTransposed { tensor = tensor.transposedMatrix }
    return tensor.reshaped(parameter.shape)
  }
}

extension SafetensorsType {
  fileprivate var isParameterType: Bool { [.f32, .f16, .bf16, .f64].contains(self) }
}

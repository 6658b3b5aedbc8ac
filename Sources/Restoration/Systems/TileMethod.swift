import Execution
import IR
import Models
import Networks
import Pictures
import Tensors

/// A way of restoring pictures by one graph, evaluated once or in a loop, that can be applied to
/// parts of a picture: what ``TiledSystem`` cuts pictures for.
package protocol TileMethod: Sendable {
  static func serves(_ architecture: any Architecture) -> Bool
  /// The options that it looks at besides those about tiles.
  static func accepted(_ all: OptionDeclarations) -> [any DeclaredOption]
  static func settings(_ options: SystemOptions) -> [Setting]

  init(_ model: Model, on engine: Engine, _ options: SystemOptions) throws(LimpidError)

  /// Steps that a tile goes through.
  var steps: Int { get }

  /// How often the graph is evaluated in each step, for a tile of this size.
  func parts(height: Int, width: Int) -> Int

  var drawsNoise: Bool { get }

  /// What planes show that its results have behind the three colours, in 0...1; usually none.
  var maps: [String] { get }

  /// The graph for a batch of tiles of one size.
  func graph(batch: Int, height: Int, width: Int) throws(Fault) -> Graph

  /// Restores tiles with a plan of their ``graph(batch:height:width:)``.
  /// - Parameter report: told how many steps are done, with fractions within long ones.
  /// - Returns: the tiles as one NCHW batch, in [0, 1], of 3 channels and the ``maps``.
  func restore(
    _ tiles: TileBatch, with plan: any Plan, reporting report: (Double) throws -> Void
  ) throws -> HostTensor
}

extension TileMethod {
  package func parts(height: Int, width: Int) -> Int { 1 }
  package var maps: [String] { [] }
}

/// Tiles of one size, of one or several pictures.
package struct TileBatch: Sendable {
  /// A tile's place, and the picture's own.
  package struct Place: Sendable {
    package let tile: Tiling.Tile
    /// Of the whole picture.
    package let width: Int
    /// Of the whole picture.
    package let height: Int
    package let seed: UInt64

    package init(tile: Tiling.Tile, width: Int, height: Int, seed: UInt64) {
      self.tile = tile
      self.width = width
      self.height = height
      self.seed = seed
    }
  }

  /// The pixels that the tiles see: (N, 3, height, width) in [0, 1].
  package let images: HostTensor
  /// One for each image.
  package let places: [Place]
  /// What else the graph takes, (N, ...) each: parts of pictures that are cut like the images, and
  /// what every tile of a picture sees whole.
  package let guides: [String: HostTensor]

  package init(images: HostTensor, places: [Place], guides: [String: HostTensor] = [:]) {
    self.images = images
    self.places = places
    self.guides = guides
  }

  package var shape: Shape { images.shape }

  /// What one run of a network's plan makes of the tiles and their guides.
  func evaluated(
    by plan: any Plan, reporting report: (Double) throws -> Void
  ) throws -> HostTensor {
    guard let output = try plan.run(guides.merging(["image": images]) { $1 })["output"] else {
      throw LimpidError(.failed, "the network has no output named 'output'")
    }
    try report(1)
    return output
  }
}

import Diffusion
import Pictures
import Tensors

/// The noise of tiles: that of their whole pictures, so that it is the same however a picture is
/// cut and whatever shares its batch.
package struct TileNoise {
  private let places: [TileBatch.Place]
  /// Under their pictures' seeds.
  private var streams: [UInt64: any NormalStream] = [:]

  package init(_ tiles: TileBatch, _ random: RandomStream) {
    places = tiles.places
    for place in places { streams[place.seed] = random.seeded(place.seed) }
  }

  /// The next draw of every picture: (N, 3, height, width) of the tiles.
  package mutating func next() -> HostTensor {
    var canvases: [UInt64: TileCanvas] = [:]
    for place in places where canvases[place.seed] == nil {
      let draw = streams[place.seed]?.normals([1, 3, place.height, place.width])
      canvases[place.seed] = TileCanvas(3, place.width, place.height, draw?.floats ?? [])
    }
    return TileCanvas.cut(
      places.compactMap { place in canvases[place.seed].map { ($0, place.tile) } })
  }
}

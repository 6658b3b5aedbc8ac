import Execution
import IR
import Models
import Networks
import Tensors

/// What AutoDIR's networks take for a picture of one size.
struct AutoDIRNeed {
  private typealias Part = (part: AutoDIR.Part, graph: Graph, count: Int)

  /// With the size that each sees at once, and how often.
  private let parts: [Part]

  init(_ network: AutoDIR, _ tiles: AutoDIRTiles) throws {
    parts = try network.parts.map { part in
      let size: AutoDIRTiles.Parts =
        switch part.role {
        case .unet: tiles.parts(tiles.denoising)
        case .autoencoder: tiles.parts(tiles.autoencoder)
        case .correction: tiles.correctionParts
        case .text, .vision: (tiles.height, tiles.width, 1)
        }
      return (part, try part.network.graph(height: size.height, width: size.width), size.count)
    }
  }

  /// How many parts of a picture a network sees.
  func count(of role: AutoDIR.Part.Role) -> Int { parts.first { $0.part.role == role }?.count ?? 1 }

  /// Bytes of device memory with all networks beside each other; 0 for the reference.
  func bytes(on engine: Engine) throws -> Int {
    try parts.reduce(0) { try $0 + engine.deviceBytes(of: $1.graph) }
  }

  /// Of one step of the loop.
  /// - Parameter evaluations: of the U-Net.
  func flops(evaluations: Int) -> Double {
    parts.reduce(0) { sum, each in
      let count = each.count * (each.part.role == .unet ? evaluations : 1)
      return sum + Double(each.graph.flops) * Double(count)
    }
  }
}

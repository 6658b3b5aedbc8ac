import IR
import Networks
import OpenCLExecutor
import Tensors

/// What AutoDIR's networks take for a picture of one size.
struct AutoDIRNeed {
  private let graphs: [(part: AutoDIR.Part, graph: Graph)]

  init(_ network: AutoDIR, width: Int, height: Int) throws {
    let side = network.sizeMultiple
    let (rows, columns) = ((height + side - 1) / side * side, (width + side - 1) / side * side)
    guard let autoencoder = network[.autoencoder].network as? AutoencoderKL else {
      throw LimpidError(.badData, "AutoDIR without an autoencoder")
    }
    let step = autoencoder.configuration.pixelsPerLatent
    graphs = try network.parts.map { part in
      let size =
        part.role == .unet || part.role == .autoencoder
        ? (rows / step, columns / step) : (rows, columns)
      return (part, try part.network.graph(height: size.0, width: size.1))
    }
  }

  /// Bytes of device memory with all networks beside each other; 0 for the reference.
  func bytes(on engine: Engine) throws -> Int {
    guard case .openCL(let executor) = engine.backend else { return 0 }
    return try graphs.reduce(0) { try $0 + executor.footprint(of: $1.graph).byteCount }
  }

  /// Of one step of the loop.
  /// - Parameter evaluations: of the U-Net.
  func flops(evaluations: Int) -> Double {
    graphs.reduce(0) { sum, each in
      sum + Double(each.graph.flops) * (each.part.role == .unet ? Double(evaluations) : 1)
    }
  }
}

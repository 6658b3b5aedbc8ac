import Execution
import IR
import Models
import OpenCL
import OpenCLExecutor
import Restoration
import Testing

/// What a person waits for when a network runs for the first time: the programs that are compiled.
@Suite struct ProgramCountTests {
  /// (height, width)
  private static let sizes = [
    (64, 64), (128, 128), (77, 101), (256, 256), (512, 512), (640, 480), (800, 1000), (500, 333),
    (1080, 1920), (31, 900),
  ]

  /// Sizes of pictures make no programs.
  @Test func theBuiltInModelHasFewPrograms() throws {
    let device = try #require(try Device.all().first(where: \.isCPU))
    let executor = try OpenCLExecutor(device)
    let model = try Model(BuiltInModel.denoiser.path)
    let method = try SinglePass(model, on: try Engine(.reference), SystemOptions())
    let graphs = try Self.sizes.map {
      FoldedGraph(try method.graph(batch: 1, height: $0.0, width: $0.1)).graph
    }
    // Narrower vectors have other register tiles for a gate than for what has none.
    let more = device.vectorFloats < 16 ? 2 : 0
    #expect(try executor.programCount(of: [graphs[1]]) == 19 + more)
    #expect(try executor.programCount(of: graphs) == 20 + more)
  }
}

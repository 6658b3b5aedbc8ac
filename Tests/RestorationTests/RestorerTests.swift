import Execution
import Images
import Models
import OpenCL
import OpenCLExecutor
import Pictures
import Restoration
import Tensors
import Testing

/// In few sizes and one after the other, since each size costs seconds of kernel compilation.
@Suite(.serialized) struct RestorerTests {
  static let devices: [DeviceSelector] =
    [.reference] + ((try? Device.all()) ?? []).indices.map(DeviceSelector.openCL)

  private static func picture(_ width: Int, _ height: Int) -> Picture {
    let values = (0..<3 * width * height).map { Float($0 * 7919 % 1009) / 1009 }
    return Picture(width: width, height: height, planes: values)
  }

  /// The same bits twice in a row, after another size, and from another restorer.
  @Test(arguments: devices)
  func theAnswerIsAlwaysTheSame(_ device: DeviceSelector) throws {
    let restorer = try Restorer(Model(.denoiser), on: Engine(device))
    let picture = Self.picture(37, 22)
    let first = try restorer.restore(picture)
    #expect(first.width == 37 && first.height == 22)
    #expect(try restorer.restore(picture) == first)
    _ = try restorer.restore(Self.picture(16, 16))
    #expect(try restorer.restore(picture) == first)
    #expect(try Restorer(Model(.denoiser), on: Engine(device)).restore(picture) == first)
  }

  @Test(arguments: devices)
  func devicesAgreeWithTheReference(_ device: DeviceSelector) throws {
    let picture = Self.picture(37, 22)
    let expected = try Restorer(Model(.denoiser), on: Engine(.reference)).restore(picture)
    let actual = try Restorer(Model(.denoiser), on: Engine(device)).restore(picture)
    let shape: Shape = [1, 3, picture.height, picture.width]
    let comparison = Comparison(
      HostTensor(shape, actual.planes), with: HostTensor(shape, expected.planes))
    #expect(comparison.passes(.network(.f32)), "\(comparison)")
  }

  /// What decides about tiles is what a plan takes, to the byte.
  @Test func memoryIsPredicted() throws {
    let model = try Model(.denoiser)
    for device in try Device.all() {
      let executor = try OpenCLExecutor(device)
      for (height, width) in [(22, 37), (64, 48), (16, 16)] {
        let graph = try model.network.graph(height: height, width: width)
        let predicted = try executor.footprint(of: graph)
        #expect(executor.memory.bytes == 0)
        _ = executor.memory.takePeak()
        let plan = try executor.plan(graph, weights: model.weights)
        #expect(predicted.bytes == plan.deviceBytes)
        #expect(predicted.bytes == executor.memory.takePeak())
      }
    }
  }

  @Test func tilesWarnWhereTheNetworkIsGlobal() throws {
    var options = SystemOptions()
    options.tiling = .size(width: 32, height: 32)
    let restorer = try Restorer(Model(.denoiser), on: Engine(.reference), options)
    let result = try restorer.restore([Subject(Self.picture(50, 40), seed: 0)])[0].get()
    #expect(result.warnings.count == 1 && result.tile?.width == 32)
    let whole = try restorer.restore([Subject(Self.picture(32, 20), seed: 0)])[0].get()
    #expect(whole.warnings.isEmpty && whole.tile == nil)
  }
}

import IR
import Tensors

/// The shapes that decide the networks' speed.
package enum BenchmarkCases {
  package static let all =
    pointwise + dense + depthwise + normalizations + products + attentions + elementwise + movement

  /// 1x1 convolutions: NAFNet's and Restormer's levels, and a square matrix product.
  private static let pointwise = [
    (32, 64, 256, 256), (64, 32, 256, 256), (64, 128, 128, 128), (128, 256, 64, 64),
    (256, 512, 32, 32), (512, 1024, 16, 16), (48, 144, 256, 256), (96, 288, 128, 128),
    (192, 576, 64, 64), (384, 1152, 32, 32), (1024, 1024, 32, 32), (320, 320, 64, 64),
  ].map { convolution($0.0, $0.1, $0.2, $0.3, kernel: 1) }

  /// 3x3 convolutions of restoration networks and of Stable Diffusion, and NAFNet's downsampling.
  private static let dense = [
    convolution(3, 32, 256, 256, kernel: 3), convolution(32, 3, 256, 256, kernel: 3),
    convolution(48, 48, 256, 256, kernel: 3), convolution(64, 64, 128, 128, kernel: 3),
    convolution(128, 128, 128, 128, kernel: 3), convolution(320, 320, 64, 64, kernel: 3),
    convolution(640, 640, 32, 32, kernel: 3), convolution(640, 640, 16, 16, kernel: 3),
    convolution(1280, 1280, 16, 16, kernel: 3), convolution(1280, 1280, 8, 8, kernel: 3),
    convolution(32, 64, 256, 256, kernel: 2, stride: 2),
    convolution(128, 256, 64, 64, kernel: 2, stride: 2),
  ]

  private static let depthwise = [
    (64, 256, 256), (144, 256, 256), (240, 128, 128), (512, 32, 32),
  ].map { convolution($0.0, $0.0, $0.1, $0.2, kernel: 3, groups: $0.0) }

  private static func convolution(
    _ inputs: Int, _ outputs: Int, _ height: Int, _ width: Int, kernel: Int, stride: Int = 1,
    groups: Int = 1
  ) -> BenchmarkCase {
    let op = Convolution(
      stride: stride, groups: groups, padding: .all(stride == 1 ? kernel / 2 : 0))
    let kind = groups > 1 ? "depthwise" : "convolution"
    let name = "\(kind) \(kernel)x\(kernel)\(stride > 1 ? " stride \(stride)" : "")"
    return BenchmarkCase("\(name), \(inputs) to \(outputs)", height, width) { extents in
      OpCase(
        .convolution(op),
        [
          .input([extents.batch, inputs, extents.height, extents.width]),
          .weight([outputs, inputs / groups, kernel, kernel]), .weight([outputs]),
        ])
    }
  }
}

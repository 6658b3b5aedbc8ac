import IR
import Tensors

/// Ops at the sizes that restoration and diffusion networks have, on which tunings are compared:
/// every value of a choice cuts one of them otherwise than its neighbours do.
package enum TuningShapes {
  package struct Sample: Sendable {
    package let name: String
    package let graph: Graph
  }

  /// - Parameter images: in a batch.
  package static func samples(images: Int = 1) throws(Fault) -> [Sample] {
    var shapes: [(name: String, extents: [Int], body: (Tensor, Weights) -> Tensor)] = []
    for (inputs, outputs, height, width) in pointwise {
      shapes.append(convolution(inputs, outputs, height, width, kernel: 1))
    }
    for (inputs, outputs, side) in dense {
      shapes.append(convolution(inputs, outputs, side, side, kernel: 3))
    }
    shapes.append(convolution(32, 64, 256, 256, kernel: 2, stride: 2))
    shapes.append(convolution(640, 640, 32, 32, kernel: 3, stride: 2))
    for (channels, side) in [(96, 128), (144, 128), (48, 256), (96, 256), (384, 32)] {
      shapes.append(convolution(channels, channels, side, side, kernel: 3, groups: channels))
    }
    for (channels, side) in [(48, 256), (384, 32)] {
      shapes.append(("layer norm", [channels, side, side], { $0.layerNorm($1, epsilon: 1e-6) }))
    }
    shapes.append(
      ("attention of 8 heads", [320, 48, 48], { x, _ in x.attending(to: x, x, heads: 8) }))
    shapes.append(
      (
        "attention within windows", [360, 64, 64],
        { x, w in
          let windows = Windows(height: 8, width: 8)
          let bias = w.bias(Shape([6] + windows.tableExtents))
          return x.attending(to: x, x, in: windows, heads: 6, bias: bias)
        }
      ))
    shapes.append(("mean of pixels", [96, 128, 128], { x, _ in x.pooled }))
    for side in [48, 96, 192, 288] {
      shapes.append(("product with itself", [8, side, 64], { x, _ in x.times(transposed: x) }))
    }
    var samples: [Sample] = []
    for shape in shapes {
      samples.append(try sample(shape.name, shape.extents, images, shape.body))
    }
    return samples
  }

  /// 1x1: channels in and out, height and width. Results of 1 to 72 MiB.
  private static let pointwise = [
    (64, 16, 128, 128), (32, 32, 256, 256), (32, 64, 256, 320), (48, 144, 256, 256),
    (96, 288, 256, 192), (64, 128, 128, 128), (96, 288, 64, 64), (160, 160, 64, 64),
    (320, 320, 32, 32), (384, 1152, 32, 32), (512, 512, 16, 16), (96, 128, 64, 64),
    (64, 64, 16, 16), (32, 32, 8, 8), (64, 64, 8, 8), (128, 128, 8, 8), (512, 512, 8, 8),
  ]

  /// 3x3: channels in and out, and the side. Those of few channels or few pixels decide when
  /// Winograd's convolution pays.
  private static let dense = [
    (3, 32, 256), (3, 48, 256), (48, 3, 256), (16, 16, 128), (24, 24, 128), (32, 32, 128),
    (48, 48, 128), (64, 64, 128), (128, 128, 64), (320, 320, 64), (192, 192, 8), (192, 192, 12),
    (192, 192, 16), (192, 192, 24), (320, 320, 16), (448, 448, 16), (640, 640, 16), (640, 640, 24),
    (640, 640, 32), (320, 320, 48),
  ]

  private static func convolution(
    _ inputs: Int, _ outputs: Int, _ height: Int, _ width: Int, kernel: Int, stride: Int = 1,
    groups: Int = 1
  ) -> (name: String, extents: [Int], body: (Tensor, Weights) -> Tensor) {
    let kind = groups > 1 ? "depthwise " : ""
    let step = stride > 1 ? " stride \(stride)" : ""
    let padding = stride == kernel ? 0 : kernel / 2
    return (
      "\(kind)\(kernel)x\(kernel)\(step) to \(outputs)", [inputs, height, width],
      {
        $0.conv($1, to: outputs, kernel: kernel, stride: stride, padding: padding, groups: groups)
      }
    )
  }

  /// Images of these extents through `body`.
  private static func sample(
    _ name: String, _ extents: [Int], _ images: Int, _ body: (Tensor, Weights) -> Tensor
  ) throws(Fault) -> Sample {
    let shape = Shape([images] + extents)
    let graph = try Trace.graph { trace in
      ["result": body(trace.input("x", shape), trace.weights.layer)]
    }
    return Sample(name: "\(name), \(extents.map(String.init).joined(separator: "x"))", graph: graph)
  }
}

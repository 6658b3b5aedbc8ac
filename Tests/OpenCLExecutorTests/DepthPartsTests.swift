import Conformance
import IR
import OpenCL
import Tensors
import TestSupport
import Testing

@testable import OpenCLExecutor

/// Convolutions on GPUs whose sums are cut along the depth.
@Suite struct DepthPartsTests {
  private static let candidates = ExecutorsUnderTest.gpuKernelsOnCPUs.filter { $0.caseStride < 12 }

  /// Nine taps of 928 channels over few pixels, between ops on single elements.
  private static func deep(images: Int) -> GraphCase {
    GraphCase("deep sum", [images, 928, 7, 8]) { x, w in
      let y = x.silu.conv(w.conv, to: 24, kernel: 3, padding: 1)
      return (y + x.conv(w.skip, to: 24)).gelu
    }
  }

  @Test(arguments: candidates) func partsAgree(_ candidate: ExecutorUnderTest) throws {
    let subject = Self.deep(images: 2)
    let executor = try #require(candidate.executor as? OpenCLExecutor)
    let kernels = try executor.kernels(of: subject.graph())
    #expect(kernels.contains("gpu/join_parts/join_parts"))
    let result = try checkCase(subject, on: candidate.candidate)
    #expect(result.passed, "\(result)")
  }

  /// An image has the same bits in a batch, and in other tiles.
  @Test(arguments: candidates) func partsKeepBits(_ candidate: ExecutorUnderTest) throws {
    let executor = try #require(candidate.executor as? OpenCLExecutor)
    let (one, three) = (try Self.deep(images: 1).graph(), try Self.deep(images: 3).graph())
    let images = SeededStream(named: "x").tensor(three.inputs[0].shape, .activation)
    let shape = one.inputs[0].shape
    let last = HostTensor(shape, Array(images.floats.suffix(shape.count)))
    func result(_ graph: Graph, _ x: HostTensor) throws -> [Float] {
      let weights = SeededWeights(graph.manifest, seed: "deep")
      return try #require(try executor.plan(graph, weights: weights).run(["x": x])["result"]).floats
    }
    let alone = try result(one, last)
    #expect(try Array(result(three, images).suffix(alone.count)) == alone)
    let parts = try executor.cuts(of: one).filter {
      $0.program.definitions.contains("#define PARTS 8")
    }
    #expect(parts.count == 1)
    _ = executor.target.oversized.insert(parts[0].program)
    #expect(try result(one, last) == alone)
  }

  /// A sum is cut where an image has few pixels and the sum is long, at a multiple of any slice; no
  /// strict one is.
  @Test func fewPixelsAndLongSumsAreCut() throws {
    #expect(DepthParts(pixels: 64, depths: 11_520)?.units == 92)
    #expect(DepthParts(pixels: 65, depths: 11_520) == nil)
    #expect(DepthParts(pixels: 64, depths: 8191) == nil)
    let device = try #require(try Device.all().first { $0.isCPU })
    let strict = try OpenCLExecutor(device, math: .strict, family: .gpu)
    let kernels = try strict.kernels(of: Self.deep(images: 1).graph())
    #expect(!kernels.contains("gpu/join_parts/join_parts"))
  }
}

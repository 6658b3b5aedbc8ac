import IR
import Tensors
import TestSupport
import Testing

/// An image's result depends on nothing but the image: not on the batch it is in, its place there,
/// what ran before, or which CPU runtime compiled the kernels.
@Suite struct InvarianceTests {
  @Test(arguments: NetworkFixture.all, ExecutorsUnderTest.all)
  func batchDoesNotMatter(_ fixture: NetworkFixture, on candidate: ExecutorUnderTest) throws {
    let first = try fixture.image().outermost(0)
    let second = HostTensor(first.shape, first.floats.reversed())
    let alone = try [first, second].map { try fixture.restore($0, on: candidate) }
    let batch = HostTensor.stacking([second, first, second])
    let together = try fixture.restore(batch, on: candidate)
    for (place, image) in [1, 0, 1].enumerated() {
      #expect(
        together.outermost(place).floats == alone[image].floats,
        "\(fixture.name) on \(candidate), place \(place)")
    }
    #expect(alone[0].floats != alone[1].floats)
  }

  @Test(arguments: NetworkFixture.all, ExecutorsUnderTest.all)
  func repetitionDoesNotMatter(_ fixture: NetworkFixture, on candidate: ExecutorUnderTest) throws {
    let image = try fixture.image()
    let once = try fixture.restore(image, on: candidate)
    #expect(try fixture.restore(image, on: candidate).floats == once.floats)
  }

  /// All CPU runtimes give the same bits, fused or not being the only thing that may differ.
  @Test(arguments: NetworkFixture.all)
  func runtimeDoesNotMatter(_ fixture: NetworkFixture) throws {
    let image = try fixture.image()
    let results = try ExecutorsUnderTest.fusedFloatCPUs.map {
      try fixture.restore(image, on: $0).floats
    }
    for other in results.dropFirst() { #expect(other == results[0]) }
  }
}

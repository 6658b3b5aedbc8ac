import ArgumentParser
import Execution
import OpenCLExecutor
import Pictures
import Tensors

/// Where `bench` times, and the lists of whose values it times every combination.
struct BenchOptions: ParsableArguments {
  @Option(
    name: [.customShort("g"), .long], parsing: .unconditional,
    help: "auto, cpu (or -1), opencl:N, N or reference; see limpid devices.")
  var device = "auto"

  @Option(help: "Storage of values on the device: f32, f16 or both (f32,f16).")
  var dtype = CommaList([DType.f32])

  @Option(help: "fast, or strict: a pixel has the same bits in a tile as in the whole image.")
  var math = DeviceOptions.MathMode.fast

  @Option(
    name: [.customLong("kernel-family"), .customLong("family")],
    help: """
      Kernels made for cpu, gpu or both (cpu,gpu), whatever the device is; its own when left out.
      """)
  var kernelFamily: CommaList<KernelFamily>?

  @Option(
    help: """
      Height x width in pixels, or of latents; several by commas, several times, or as a range \
      whose sides grow together: 64x64-512x512*2 doubles them, +64 adds. When left out 256x256 \
      for networks, and the sizes that ops have.
      """)
  var size: [CommaList<PixelSize>] = []

  @Option(help: "Images in one run; several by commas or as a range: 1-8, 2-8+3, 1-16*2.")
  var batch = CommaList([1])

  /// The sizes that are given.
  var chosenSizes: [PixelSize] { size.flatMap(\.elements) }
  /// Those of networks.
  var sizes: [PixelSize] {
    chosenSizes.isEmpty ? [PixelSize(height: 256, width: 256)] : chosenSizes
  }
  /// nil for the device's own.
  var families: [KernelFamily?] { kernelFamily?.elements.map(Optional.some) ?? [nil] }

  func engine(_ dtype: DType, _ family: KernelFamily?) throws(LimpidError) -> Engine {
    try DeviceOptions.engine(device, dtype, math, family)
  }
}

import ArgumentParser
import Diffusion
import Execution
import Logging
import Models
import Networks
import OpenCLExecutor
import Paths
import Pictures
import Tensors

/// Where networks run.
struct DeviceOptions: ParsableArguments {
  @Option(
    name: [.customShort("g"), .long], parsing: .unconditional,
    help:
      "auto, cpu (or -1), opencl:N, N or reference; see limpid devices. restore takes several: 0,1."
  )
  var device = "auto"

  @Option(
    name: .customLong("dtype"),
    help: """
      Storage of values on the device: f32 or f16. When left out f32; restore and serve take f16 \
      on GPUs with matrix units for models that limpid precision has found fit for it.
      """)
  var chosenDType: DType?

  @Option(
    name: .customLong("math"),
    help: """
      fast, which is the default, or strict: a pixel has the same bits in a tile as in the whole \
      image.
      """)
  var chosenMath: MathMode?

  var dtype: DType { chosenDType ?? .f32 }
  var math: MathMode { chosenMath ?? .fast }

  /// Each of the devices that are named.
  var devices: [String] {
    device.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  enum MathMode: String, ExpressibleByArgument, CaseIterable {
    case fast, strict
  }

  /// - Parameter family: the kernels to use; nil for those made for the device.
  func engine(family: KernelFamily? = nil) throws(LimpidError) -> Engine {
    try Self.engine(device, dtype, math, family)
  }

  static func engine(
    _ device: String, _ dtype: DType, _ math: MathMode, _ family: KernelFamily?
  ) throws(LimpidError) -> Engine {
    let engine = try Engine(
      choice(device), dtype: dtype, isStrict: math == .strict, family: family)
    if let notice = engine.notice { Terminal.complain("warning: \(notice)") }
    return engine
  }

  static func choice(_ device: String) throws(LimpidError) -> DeviceSelector {
    if let choice = DeviceSelector(device) { return choice }
    throw LimpidError(
      .unavailable,
      "no device '\(device)'; choose auto, cpu, opencl:N or reference (limpid devices lists them)")
  }
}

/// Which kernels compute, for comparisons.
struct KernelOptions: ParsableArguments {
  @Option(help: "Kernels made for cpu or gpu, whatever the device is; its own when left out.")
  var kernelFamily: KernelFamily?
}

extension KernelFamily: ExpressibleByArgument {}

/// The checkpoint that a subcommand is about.
struct CheckpointArgument: ParsableArguments {
  @Argument(
    help: """
      A .safetensors checkpoint, or a component's folder as diffusers or transformers writes it; \
      the built-in denoiser when left out.
      """)
  var file: Path?

  @Option(
    help: """
      Which network of a file that holds all of Stable Diffusion or AutoDIR: \
      \(SingleFile.Component.allCases.map(\.rawValue).joined(separator: ", ")).
      """)
  var component: SingleFile.Component?

  func model() throws(LimpidError) -> Model {
    guard let component else { return try Model(file ?? BuiltInModel.denoiser.path) }
    guard let file else { throw LimpidError(.usage, "--component needs a file") }
    return try Model(singleFile: file, component)
  }
}

/// A checkpoint whose network is to run.
struct ModelArgument: ParsableArguments {
  @OptionGroup var checkpoint: CheckpointArgument

  @Flag(help: "Accept tensors that the network does not read.")
  var allowUnused = false

  func model() throws(LimpidError) -> Model {
    let model = try checkpoint.model()
    if !allowUnused { try model.requireNoneUnused() }
    return model
  }
}

extension DType: ExpressibleByArgument {}

extension SingleFile.Component: ExpressibleByArgument {}

/// How much is told.
struct Verbosity: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Tell more.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "Tell nothing but errors.")
  var quiet = false

  var logger: Logger {
    var logger = Logger(label: "limpid") { _ in StandardErrorLog() }
    logger.logLevel = quiet ? .error : verbose ? .debug : .notice
    return logger
  }
}

/// A size as `HEIGHTxWIDTH` in pixels.
struct PixelSize: ExpressibleByArgument, CustomStringConvertible {
  let height: Int
  let width: Int

  init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  init?(argument: String) {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let height = sides[0], let width = sides[1],
      (1...65_536).contains(height), (1...65_536).contains(width)
    else { return nil }
    self.init(height: height, width: width)
  }

  var description: String { "\(height)x\(width)" }

  /// Refuses noise of more pixels than an image may have.
  func validate(batch: Int) throws {
    guard (1...1024).contains(batch) else { throw ValidationError("--batch is 1 to 1024") }
    guard height * width * batch <= 1 << 28 else {
      throw ValidationError("--size \(self) with --batch \(batch) is more than 268 Mpx")
    }
  }
}

extension RandomStream: ExpressibleByArgument {}

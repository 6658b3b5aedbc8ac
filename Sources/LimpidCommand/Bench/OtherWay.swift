import ArgumentParser
import Diagnostics
import Execution
import OpenCLExecutor
import Pictures
import Tensors

/// The other side of a comparison in pairs: another device, other kernels, or another value of one
/// choice of the tuning.
enum OtherWay: ExpressibleByArgument, CustomStringConvertible {
  case device(String)
  case family(KernelFamily)
  case lanes
  case choice(name: String, value: String)

  init(argument: String) {
    if let sign = argument.firstIndex(of: "=") {
      let value = argument[argument.index(after: sign)...]
      self = .choice(name: String(argument[..<sign]), value: String(value))
    } else if let family = KernelFamily(rawValue: argument) {
      self = .family(family)
    } else {
      self = argument == "lanes" ? .lanes : .device(argument)
    }
  }

  var description: String {
    switch self {
    case .device(let name): name
    case .family(let family): "\(family)"
    case .lanes: "lanes"
    case .choice(let name, let value): "\(name)=\(value)"
    }
  }

  /// An op in this way.
  func subject(_ subject: OpSubject, in math: MathMode) throws(LimpidError) -> OpSubject {
    switch self {
    case .device(let name): return subject.on(try DeviceOptions.choice(name), subject.family)
    case .family(let family): return subject.on(subject.device, family)
    case .lanes: return subject.deviating(.lanes)
    case .choice(let name, let value):
      let setting = try Self.setting(name, value, on: subject.device, subject.family, math)
      return subject.deviating(.setting(setting))
    }
  }

  /// Where networks run in this way.
  /// - Parameter engine: where they usually do.
  func engine(
    beside engine: Engine, _ options: BenchOptions, _ dtype: DType, _ family: KernelFamily?
  ) throws(LimpidError) -> Engine {
    let isStrict = options.math == .strict
    switch self {
    case .device(let name): return try DeviceOptions.engine(name, dtype, options.math, family)
    case .family(let family): return try options.engine(dtype, family)
    case .lanes:
      return try Engine(
        try DeviceOptions.choice(options.device), dtype: dtype, isStrict: isStrict, family: family,
        usesWarpgroups: false)
    case .choice(let name, let value):
      let device = try DeviceOptions.choice(options.device)
      let math: MathMode = isStrict ? .strict : .fast
      return engine.changing(try Self.setting(name, value, on: device, family, math))
    }
  }

  private static func setting(
    _ name: String, _ value: String, on device: DeviceSelector, _ family: KernelFamily?,
    _ math: MathMode
  ) throws(LimpidError) -> ChoiceSetting {
    guard device != .reference else {
      throw LimpidError(.usage, "--vs: the reference has no tuning; choose an OpenCL device")
    }
    let usual = KernelFamily(for: try Devices.chosen(device).device)
    do {
      return try ChoiceSetting(name, value, among: Choice.all(of: family ?? usual, in: math))
    } catch {
      throw LimpidError(.usage, "--vs: \(error)")
    }
  }
}

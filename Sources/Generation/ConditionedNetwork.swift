import IR
import Networks
import Tensors

/// The networks that a sampler asks in each of its steps: a U-Net, and a ControlNet that tells it
/// about an image.
struct ConditionedNetwork: Sendable {
  /// The scope of the ControlNet's parameters.
  static let controlScope = "controlnet"
  /// Operands that lie over the latents, and are cut with them.
  static let maps = ["image_latents", "controlnet_cond"]
  /// The ControlNet's weight, a number that may change with the step.
  static let controlWeight = "conditioning_scale"

  let unet: UNet2DConditionModel
  /// Asked when there is an operand `controlnet_cond`.
  let control: ControlNetModel?

  /// Traces the estimate for samples.
  /// - Parameters:
  ///   - conditions: shapes of the operands besides sample and timestep, for the whole batch.
  ///   - cut: takes the part of a map that is looked at.
  func estimate(
    _ sample: Tensor, _ timestep: Tensor, conditions: [String: Shape], in trace: Trace,
    cut: (Tensor) -> Tensor
  ) -> Tensor {
    func map(_ name: String) -> Tensor? { conditions[name].map { cut(trace.input(name, $0)) } }
    var values = ["sample": cut(sample), "timestep": timestep]
    if let image = map("image_latents") {
      values["sample"] = values["sample"]?.concatenated(with: image)
    }
    if let control, let image = map("controlnet_cond") {
      values["controlnet_cond"] = image
      let operands = Operands(trace: trace, shapes: conditions, values: values)
      let residuals = trace.scope(Self.controlScope) { control.outputs(trace, operands) }
      for (name, residual) in residuals.pairs { values[name] = residual }
    }
    let operands = Operands(trace: trace, shapes: conditions, values: values)
    return unet.outputs(trace, operands)["sample"] ?? sample
  }
}

import Descriptions
import Execution
import Pictures
import Restoration

extension RestoreCommand {
  /// Who describes images, by what questions; nil when nobody is to.
  func describing(
    for system: any RestorationSystem.Type, _ chosen: SystemOptions
  ) throws(LimpidError) -> Describing? {
    let device = String(options.device.prefix { $0 != "," })
    let (dtype, isStrict) = (options.dtype, options.math == .strict)
    let memory = running.memoryLimit
    let batch = if case .size(let size) = running.batchSize { size } else { 1 }
    let answers = try captions.describing.answers(batch: batch) { () throws(LimpidError) in
      try Engine(
        try DeviceOptions.choice(device), dtype: dtype, isStrict: isStrict, memoryLimit: memory)
    }
    return try answers.map { answers throws(LimpidError) in
      try Describing(by: answers, of: system.guides(chosen).texts, chosen)
    }
  }
}

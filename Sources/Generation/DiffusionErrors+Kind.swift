import Diffusion
import Pictures

extension SchedulerError: ClassifiedError {
  package var kind: LimpidError.Kind { .badData }
}

extension TokenizerError: ClassifiedError {
  package var kind: LimpidError.Kind { .badData }
}

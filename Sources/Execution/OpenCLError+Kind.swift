import OpenCL
import Pictures

extension OpenCLError: ClassifiedError {
  package var kind: LimpidError.Kind { isExhaustion ? .temporary : .failed }
}

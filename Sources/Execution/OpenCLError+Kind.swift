import OpenCL
import Pictures

extension OpenCLError: ClassifiedError {
  package var kind: LimpidError.Kind { isExhaustion || isDeviceLoss ? .temporary : .failed }
  package var losesDevice: Bool { isDeviceLoss }
}

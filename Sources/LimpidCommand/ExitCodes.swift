import Pictures

extension LimpidError {
  /// What the process ends with, after `sysexits.h` where it has one.
  var exitCode: Int32 { kind.exitCode }
}

extension LimpidError.Kind {
  var exitCode: Int32 {
    switch self {
    case .failed: 2
    case .usage: 64
    case .badData: 65
    case .noInput: 66
    case .unavailable: 69
    case .cannotCreate: 73
    case .transfer: 74
    case .temporary: 75
    case .interrupted: 130
    case .terminated: 143
    }
  }
}

import Images

extension ImageError: ClassifiedError {
  package var kind: LimpidError.Kind { fault?.kind.failure ?? .failed }

  package var remedy: LimpidError.Remedy? {
    switch self {
    case .unfit(_, .transparency): .chooseBackground
    case .unfit(_, .pages): .chooseTIFF
    case .file(let fault) where fault.kind == .special: .writeToStream
    default: nil
    }
  }

  package var namesFile: Bool { fault != nil }

  package var endsRun: Bool { fault?.kind == .noSpace || fault?.kind == .readOnly }

  private var fault: FileFault? {
    if case .file(let fault) = self { fault } else { nil }
  }
}

extension FileFault.Kind {
  fileprivate var failure: LimpidError.Kind {
    switch self {
    case .missing, .unusable: .noInput
    case .exists, .sameFile, .special, .cannotCreate, .readOnly: .cannotCreate
    case .transfer, .noSpace: .transfer
    }
  }
}

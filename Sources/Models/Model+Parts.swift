import Networks
import Pictures

extension Model {
  /// One network of a checkpoint of several.
  package func part(_ part: AutoDIR.Part) throws(LimpidError) -> Model {
    let name = "\(name) (\(part.role))"
    do {
      let recognition = try Recognition(part, of: recognition)
      return try Model(name, at: place, checkpoint, recognition, in: bundle)
    } catch {
      throw LimpidError(error, subject: name)
    }
  }

  /// - Throws: ``LimpidError`` where AutoDIR has no such network.
  func part(_ component: SingleFile.Component) throws(LimpidError) -> Model {
    guard let system = architecture as? AutoDIR, let role = AutoDIR.Part.Role(component) else {
      throw LimpidError(.usage, "\(name): AutoDIR has no \(component.rawValue)")
    }
    return try part(system[role])
  }
}

extension AutoDIR.Part.Role {
  /// nil where AutoDIR has no such network.
  fileprivate init?(_ component: SingleFile.Component) {
    switch component {
    case .unet: self = .unet
    case .vae: self = .autoencoder
    case .textEncoder: self = .text
    case .imageEncoder: self = .vision
    case .structureCorrection: self = .correction
    case .textEncoder2, .controlNet: return nil
    }
  }
}

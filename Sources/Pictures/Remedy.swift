extension LimpidError {
  /// What a person may do about an error by choosing otherwise. Whoever spells options in a way of
  /// its own, as the command line does, says it in its own words.
  package enum Remedy: Codable, Hashable, Sendable {
    /// Not to give options, of these names.
    case leaveOut([String])
    /// To tell a text, by the option of this name or by a caption command.
    case giveText(option: String)
    case giveReference
    case giveRightView
    case allowTiles
    case chooseFormat
    case chooseTIFF
    case chooseBackground
    case chooseComponent
    case restoreInPlace
    /// To say what becomes of outputs that exist.
    case settleExisting
    /// To name outputs by another template.
    case nameApart(template: String)
    /// To restore images into several folders.
    case restoreApart
    /// To write to standard output.
    case writeToStream
  }
}

extension LimpidError.Remedy: CustomStringConvertible {
  package var description: String {
    switch self {
    case .leaveOut(let names): "leave out \(names.joined(separator: ", "))"
    case .giveText(let option): "give \(option) or a caption command"
    case .giveReference: "give a reference image"
    case .giveRightView: "give the right view"
    case .allowTiles: "allow tiles"
    case .chooseFormat: "choose a format"
    case .chooseTIFF: "choose TIFF"
    case .chooseBackground: "write PNG or choose a background"
    case .chooseComponent: "say which component"
    case .restoreInPlace: "restore in place if that is meant"
    case .settleExisting: "skip it, resume or overwrite"
    case .nameApart(let template): "name them by the template \(template)"
    case .restoreApart: "restore them into several folders"
    case .writeToStream: "name a regular file"
    }
  }
}

import Pictures
import Restoration

extension LimpidError {
  /// One line for a person at the command line.
  var line: String { message + (remedy.map { "; \($0.flags)" } ?? "") }
}

extension LimpidError.Remedy {
  /// The same in flags.
  fileprivate var flags: String {
    switch self {
    case .leaveOut(let names):
      "leave out \(names.map(Self.flag).joined(separator: ", "))"
        + (names.contains("seed") ? "; -s is the seed, for a size give \(Habits.scale)" : "")
    case .giveText(let option): "give \(Self.flag(option)) or --caption-command"
    case .giveReference: "give one with --reference-image"
    case .giveRightView: "give the right one with --right-view"
    case .allowTiles: "allow tiles (--tile 0)"
    case .chooseFormat: "choose with --format"
    case .chooseTIFF: "choose --format tif"
    case .chooseBackground: "write PNG or choose a --background"
    case .chooseComponent: "say which --component"
    case .restoreInPlace: "give --in-place if that is meant"
    case .settleExisting: "choose --skip-existing, --resume or --overwrite"
    case .nameApart(let template): "tell them apart with --name-template '\(template)'"
    case .restoreApart: "restore them into two folders"
    case .writeToStream: "-o - writes to standard output, which may lead there"
    }
  }

  /// What a person gives for an option to have another value than its default.
  private static func flag(_ option: String) -> String {
    (RestorationSystems.options[option]?.isOnByDefault == true ? "--no-" : "--") + option
  }
}

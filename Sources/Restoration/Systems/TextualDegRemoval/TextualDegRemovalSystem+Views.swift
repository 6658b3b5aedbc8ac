import Models
import Pictures

/// One view or two: a network for six channels restores what both halves of a dual-pixel camera's
/// pixels see, as the one that Restormer was trained on.
///
/// Zamir et al., "Restormer: Efficient Transformer for High-Resolution Image Restoration", CVPR
/// 2022, section 4.3; its code joins the left and the right view along the channels.
extension TextualDegRemovalSystem {
  /// Refuses a number of views that is not the network's, and what would mix them up.
  static func checkViews(_ options: SystemOptions, of model: Model) throws(LimpidError) {
    let takesTwo = GuidedPass.seesTwoViews(model.architecture)
    try check(takesTwo, options.rightView != nil, of: model)
    guard !takesTwo || !options.isEnsemble else {
      throw LimpidError(
        .usage, "\(model.name): views that are turned are not a dual-pixel camera's",
        remedy: .leaveOut(["tta"]))
    }
  }

  private static func check(
    _ takesTwo: Bool, _ hasTwo: Bool, of model: Model
  ) throws(LimpidError) {
    guard takesTwo != hasTwo else { return }
    throw takesTwo
      ? LimpidError(
        .usage, "\(model.name): it restores two views of a dual-pixel camera, and one was given",
        remedy: .giveRightView)
      : LimpidError(
        .usage, "\(model.name): it restores one view, and two were given",
        remedy: .leaveOut(["right-view"]))
  }

  /// The same for one picture; its views are of one size.
  func checkViews(of subject: Subject) throws(LimpidError) {
    let takesTwo = GuidedPass.seesTwoViews(model.architecture)
    try Self.check(takesTwo, subject.rightView != nil, of: model)
    var guide = ImageGuide()
    guide.rightView = subject.rightView
    try guide.requireFit(width: subject.picture.width, height: subject.picture.height)
  }
}

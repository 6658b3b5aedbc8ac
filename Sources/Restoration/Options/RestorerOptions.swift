import Networks

/// What the restorer itself does for every system.
extension OptionDeclarations {
  /// Whether a picture is restored in its eight orientations, and the mean is taken.
  package var isEnsemble: RestorationOption<Bool> { RestorationOption("tta", default: false) }

  package var batching: RestorationOption<BatchingPolicy> {
    RestorationOption("batch-size", default: .auto, decidesResults: false)
  }

  /// Side of the crops that a network was trained on, in pixels, whose statistics over the whole
  /// picture are taken over windows instead; nil leaves them.
  package var trainingSize: RestorationOption<Int?> { RestorationOption("tlc", default: nil) }

  /// Side of those windows in pixels; nil as ``LocalStatistics`` has it.
  package var windowSize: RestorationOption<Int?> { RestorationOption("tlc-window", default: nil) }
}

extension Restorer {
  /// - Parameter converts: whether the network is one whose statistics can be taken over windows.
  static func accepted(
    _ all: OptionDeclarations, converting converts: Bool
  ) -> [any DeclaredOption] {
    [all.isEnsemble, all.batching] + (converts ? [all.trainingSize, all.windowSize] : [])
  }
}

extension SystemOptions {
  /// Statistics over windows of networks that take them over the whole picture.
  package var localStatistics: LocalStatistics? {
    self.trainingSize.map { LocalStatistics(trainingSize: $0, windowSize: self.windowSize) }
  }

  /// How statistics are taken, as it is recorded.
  var localSettings: [Setting] {
    localStatistics.map {
      [Setting("tlc", $0.trainingSize), Setting("tlc-window", $0.windowSize)]
    } ?? []
  }
}

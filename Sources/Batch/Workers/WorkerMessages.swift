import Models
import Paths
import Pictures
import Restoration
import Tensors

/// What a worker process is to be.
package struct WorkerOptions: Codable, Sendable {
  /// A checkpoint, a bundle or the name of a built-in model.
  package var model = BuiltInModel.denoiser.path
  /// As on the command line.
  package var device = "auto"
  package var dtype = DType.f32
  package var isStrict = false
  package var system = SystemOptions()
  /// Bytes of device memory, for all processes together.
  package var memoryLimit: Int?
  /// Processes that share the device; nil: as many as suit its kind.
  package var processes: Int?

  package init() {}
}

/// What a worker is asked.
enum WorkerRequest: Codable {
  case configure(WorkerOptions)
  /// Pictures of one size; their planes follow, then those of their references and right views.
  case restore([WorkerSubject], width: Int, height: Int)
}

/// A subject without its pixels.
struct WorkerSubject: Codable {
  struct Size: Codable {
    let width: Int
    let height: Int

    init?(_ picture: Picture?) {
      guard let picture else { return nil }
      (width, height) = (picture.width, picture.height)
    }
  }

  let seed: UInt64
  let texts: ImageTexts
  /// Of the reference; nil when there is none.
  let reference: Size?
  /// Of the right view; nil when there is none.
  let rightView: Size?

  init(_ subject: Subject) {
    (seed, texts) = (subject.seed, subject.texts)
    (reference, rightView) = (Size(subject.reference), Size(subject.rightView))
  }
}

/// What a worker answers.
enum WorkerReply: Codable, Sendable {
  case ready(ServiceDevice)
  /// Nothing will come of this worker.
  case refused(LimpidError)
  case told(RestorationEvent)
  /// So many of the programs that were not on disk are built.
  case built(Int, of: Int)
  /// Of the next picture, followed by its planes, those of its kept rounds and those of what was
  /// kept besides.
  case restored(WorkerPicture)
  /// Of the next picture.
  case failed(LimpidError)
  /// The answer is whole.
  case finished(peakBytes: Int, seconds: Double)
}

/// A restored picture without its pixels.
struct WorkerPicture: Codable, Sendable {
  /// In pixels.
  let width: Int
  let height: Int
  /// Width and height of the largest tile; nil when the picture was restored whole.
  let tile: [Int]?
  let seed: UInt64?
  let warnings: [String]
  let rounds: [RestorationRound.Report]
  /// Those of the rounds whose pictures follow that of the result, counted from 0.
  let keptRounds: [Int]
  let kept: [Kept]

  /// A kept picture without its pixels.
  struct Kept: Codable {
    let name: String
    let width: Int
    let height: Int
    let isState: Bool
  }

  init(_ restored: RestoredPicture) {
    (width, height) = (restored.picture.width, restored.picture.height)
    tile = restored.tile.map { [$0.width, $0.height] }
    (seed, warnings) = (restored.seed, restored.warnings)
    rounds = restored.rounds.map(\.report)
    keptRounds = restored.rounds.indices.filter { restored.rounds[$0].picture != nil }
    kept = restored.kept.map {
      Kept(
        name: $0.name, width: $0.picture.width, height: $0.picture.height, isState: $0.isState)
    }
  }
}

extension RestoredPicture {
  /// - Parameter planes: of the picture, of those of its kept rounds, and of what else was kept.
  /// - Returns: nil when they do not fit.
  init?(_ message: WorkerPicture, _ planes: [Float]) {
    var rest = planes[...]
    let pictures = (0...message.keptRounds.count).compactMap { _ in
      Picture(first: message.width, message.height, of: &rest)
    }
    let others = message.kept.compactMap { kept in
      Picture(first: kept.width, kept.height, of: &rest).map {
        KeptPicture(kept.name, $0, isState: kept.isState)
      }
    }
    guard pictures.count == 1 + message.keptRounds.count, others.count == message.kept.count,
      rest.isEmpty,
      [nil, 2].contains(message.tile?.count)
    else { return nil }
    self.init(
      picture: pictures[0], tile: message.tile.map { (width: $0[0], height: $0[1]) },
      seed: message.seed, warnings: message.warnings, kept: others)
    let kept = Dictionary(zip(message.keptRounds, pictures.dropFirst())) { first, _ in first }
    rounds = message.rounds.enumerated().map { RestorationRound(report: $1, picture: kept[$0]) }
  }
}

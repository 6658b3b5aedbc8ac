import Pictures
import Restoration
import Tensors

/// What a worker process is to be.
package struct WorkerConfiguration: Codable, Sendable {
  /// Path of a checkpoint; nil for the built-in denoiser.
  package var model: String?
  /// As on the command line.
  package var device = "auto"
  package var dtype = DType.f32
  package var isStrict = false
  package var system = SystemOptions()
  /// Bytes of device memory.
  package var memoryLimit: Int?

  package init() {}
}

/// What a worker is asked.
enum WorkerRequest: Codable {
  case configure(WorkerConfiguration)
  /// Pictures of one size; their planes follow, and those of their references.
  case restore([WorkerSubject], width: Int, height: Int)
}

/// A subject without its pixels.
struct WorkerSubject: Codable {
  struct Size: Codable {
    let width: Int
    let height: Int
  }

  let seed: UInt64
  let texts: ImageTexts
  /// Of the reference; nil when there is none.
  let reference: Size?

  init(_ subject: Subject) {
    (seed, texts) = (subject.seed, subject.texts)
    reference = subject.reference.map { Size(width: $0.width, height: $0.height) }
  }
}

/// What a worker answers.
enum WorkerReply: Codable, Sendable {
  case ready(WorkerDevice)
  /// Nothing will come of this worker.
  case refused(kind: LimpidError.Kind, message: String)
  case told(RestorationEvent)
  /// Of the next picture, followed by its planes and those of its kept rounds.
  case restored(WorkerReport)
  /// Of the next picture.
  case failed(kind: LimpidError.Kind, message: String)
}

/// The device that a worker found.
package struct WorkerDevice: Codable, Sendable, Hashable {
  /// `reference`, or `opencl:N`.
  package var identifier: String
  /// With its name.
  package var description: String
  package var driver: String?
  /// Pixels that keep it busy: see ``Engine/pixelsPerRun``.
  package var pixelsPerRun: Int
  /// Processes that do.
  package var processes: Int
  /// Why its tuning file was passed over.
  package var notice: String?
}

/// How a worker restored a picture.
package struct WorkerReport: Codable, Sendable {
  /// Of the result, in pixels.
  package var width: Int
  package var height: Int
  /// Width and height of the largest tile; nil when the picture was restored whole.
  package var tile: [Int]?
  /// Where the picture's random numbers began; nil when none were drawn.
  package var seed: UInt64?
  /// Bytes of device memory at the highest.
  package var peakBytes: Int
  /// Seconds of the device, shared with the rest of the batch.
  package var seconds: Double
  package var warnings: [String]
  /// Turns over the picture, if the system takes several.
  var rounds: [RestorationRound.Report] = []
  /// Those of the turns whose pictures follow that of the result, counted from 0.
  var keptRounds: [Int] = []
}

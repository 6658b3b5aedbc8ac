import Pictures

/// What restores pictures when it is asked: a device of this process (``Restorer``), or one behind
/// another process.
package protocol RestorationService: AnyObject, Sendable {
  /// What the pictures are restored on.
  var device: ServiceDevice { get }

  /// Restores pictures of one size together. Several threads may ask at once and are answered in
  /// their order; what becomes of a picture does not depend on who asks with it.
  /// - Parameter report: told what is done.
  /// - Throws: ``ServiceFault`` when there is no answer and will be none to whoever asks.
  func serve(
    _ subjects: [Subject], reporting report: (RestorationEvent) -> Void
  ) throws(ServiceFault) -> ServiceAnswer

  /// Gives up what is asked at the moment, and whatever is asked later. May be called from any
  /// thread, also by what is told of the work.
  func cancel()
}

/// What became of the pictures of a request.
package struct ServiceAnswer: Sendable {
  /// One for each picture, in order.
  package let results: [Result<RestoredPicture, LimpidError>]
  /// Bytes of device memory at the highest.
  package let peakBytes: Int
  /// Of the device, for all pictures together.
  package let seconds: Double

  package init(
    results: [Result<RestoredPicture, LimpidError>], peakBytes: Int, seconds: Double
  ) {
    (self.results, self.peakBytes, self.seconds) = (results, peakBytes, seconds)
  }
}

/// Why a service gave no answer, on one line; it gives none any more.
package struct ServiceFault: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// The device that a service has.
package struct ServiceDevice: Codable, Hashable, Sendable {
  /// `reference`, or `opencl:N`.
  package let identifier: String
  /// With its name.
  package let description: String
  package let driver: String?
  /// Pixels that keep it busy with what restores: see ``Engine/pixelsPerRun``.
  package let pixelsPerRun: Int
  /// Whether pictures take so long that a batch is worth waiting for.
  package let gathers: Bool
  /// Services that keep it busy.
  package let processes: Int
  /// Whether products in f16 go through its matrix units, or would.
  package let hasMatrixUnits: Bool
  /// Why its tuning file was passed over.
  package let notice: String?
}

import Pictures

extension Restorer: RestorationService {
  package var device: ServiceDevice {
    ServiceDevice(
      identifier: engine.identifier, description: engine.description, driver: engine.driver,
      pixelsPerRun: pixelsPerRun, gathers: system.reduction > 1, processes: engine.processes,
      hasMatrixUnits: engine.hasMatrixUnits, notice: engine.notice)
  }

  package func serve(
    _ subjects: [Subject], reporting report: (RestorationEvent) -> Void
  ) throws(ServiceFault) -> ServiceAnswer {
    try turns.withLock { _ throws(ServiceFault) in
      let start = ContinuousClock.now
      _ = engine.takePeakBytes()
      let results = served(subjects, reporting: report)
      guard !isCancelled else { throw ServiceFault("the work was cancelled") }
      if let loss = results.lazy.compactMap(\.loss).first { throw ServiceFault("\(loss)") }
      return ServiceAnswer(
        results: results, peakBytes: engine.takePeakBytes(), seconds: (.now - start) / .seconds(1))
    }
  }

  package func cancel() { cancellation.store(true, ordering: .sequentiallyConsistent) }

  private var isCancelled: Bool { cancellation.load(ordering: .sequentiallyConsistent) }

  private func served(
    _ subjects: [Subject], reporting report: (RestorationEvent) -> Void
  ) -> [Result<RestoredPicture, LimpidError>] {
    do throws(LimpidError) {
      guard !isCancelled else { return [] }
      return try restore(subjects) { event in
        report(event)
        if isCancelled { throw LimpidError(.interrupted, "the work was cancelled") }
      }
    } catch {
      return subjects.map { _ in .failure(error) }
    }
  }
}

extension Result where Failure == LimpidError {
  /// The error after which there is no device any more.
  fileprivate var loss: LimpidError? {
    guard case .failure(let error) = self, error.losesDevice else { return nil }
    return error
  }
}

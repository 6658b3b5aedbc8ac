import Batch
import Images
import LimpidCommand
import Logging
import Pictures
import Synchronization

/// A server that restores pictures, apart from how requests reach it.
package final class PictureServer: Sendable {
  let settings: ServeSettings
  let catalogue: ModelCatalogue
  let admission: Admission
  let store: JobStore
  let metrics: ServerMetrics
  private let runs: ModelRuns
  private let isDraining = Atomic<Bool>(false)

  /// - Parameter start: starts what restores; see ``BatchOptions/start``.
  /// - Throws: ``LimpidError`` for models that there are not.
  package init(
    _ settings: ServeSettings, _ logger: Logger,
    starting start: @escaping BatchOptions.ServiceStart
  ) throws {
    self.settings = settings
    catalogue = try ModelCatalogue(settings)
    admission = Admission(settings.limits)
    store = JobStore(settings.limits)
    metrics = ServerMetrics(catalogue.entries.map(\.name))
    runs = ModelRuns(settings, metrics, logger, starting: start)
    let usual: RequestedRestoration
    do throws(RequestFault) {
      usual = try catalogue.usual()
    } catch {
      throw LimpidError(.badData, "\(catalogue.entries[0].name): \(error.message)")
    }
    runs.load(catalogue.entries[0].name, usual.worker)
  }

  /// Bytes of a request, which count until its picture is restored.
  package func reservation() -> Admission.Reservation { admission.reservation() }

  /// Lets a picture in.
  /// - Parameter reservation: of the request that brought it.
  /// - Throws: ``RequestFault`` for what cannot be done, or not now.
  func submit(
    _ form: RestorationForm, of owner: String, _ reservation: Admission.Reservation
  ) throws(RequestFault) -> ServedJob {
    guard !isDraining.load(ordering: .relaxed) else { throw .draining }
    let (requested, model) = try catalogue.restoration(form)
    do throws(RequestFault) {
      let order = try PictureOrder(form, requested, model: model, settings.imageLimits)
      let seconds = metrics.prediction(model, pixels: order.pixels)
      let place = try admission.enter(owner, seconds: seconds)
      let job = ServedJob(
        order, of: owner, counting: metrics, holding: [place, reservation])
      runs.restore(job, with: order.worker)
      return job
    } catch {
      metrics.rejected(model)
      throw error
    }
  }

  /// Whether pictures are taken, and would be worked on at once.
  package var isReady: Bool { !isDraining.load(ordering: .relaxed) && runs.isReady }

  /// What it has counted.
  var metricsText: String {
    var text = MetricsText(metrics.counts)
    text.add(
      "nv_inference_pending_request_count", "Pictures that wait or are restored.", admission.count)
    text.add("nv_gpu_memory_used_bytes", "Device memory at the highest.", runs.memory)
    return text.text
  }

  /// Lets go of old results.
  package func expire() { store.expire() }

  /// Takes no more pictures, and waits for those that are at hand.
  /// - Returns: whether all were restored in time; the others are given up.
  package func drain(within seconds: Int) async -> Bool {
    isDraining.store(true, ordering: .relaxed)
    let deadline = ContinuousClock.now + .seconds(seconds)
    while admission.count > 0, ContinuousClock.now < deadline {
      try? await Task.sleep(for: .milliseconds(20))
    }
    let isDone = admission.count == 0
    runs.close(dropping: !isDone)
    while !runs.haveEnded, ContinuousClock.now < deadline + .seconds(5) {
      try? await Task.sleep(for: .milliseconds(5))
    }
    return isDone
  }
}

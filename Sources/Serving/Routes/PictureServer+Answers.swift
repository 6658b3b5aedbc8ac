import Foundation
import LimpidCommand
import Pictures

extension PictureServer {
  /// Answers a request that the ``Gate`` let pass. Where nobody waits for the answer any more,
  /// which the cancellation of the task says, the picture is given up.
  /// - Parameters:
  ///   - owner: whose request it is.
  ///   - reservation: of its body.
  package func answer(
    _ request: ServerRequest, of owner: String, _ reservation: Admission.Reservation
  ) async -> ServerAnswer {
    do {
      let (route, id) = try Route.find(request.method, request.path)
      switch route {
      case .restore, .edit, .createJob:
        return try await answer(to: route, RestorationForm(request), owner, reservation)
      case .job, .deleteJob, .jobResult, .jobEvents:
        return try answer(to: route, about: store.job(id, of: owner))
      case .listJobs: return ServerAnswer(json: ["jobs": store.all(of: owner)])
      case .page: return ServerPage.answer
      case .models:
        return ServerAnswer(json: ModelList(data: catalogue.descriptions()))
      case .capabilities: return ServerAnswer(json: Capabilities(settings))
      case .description: return ServerAnswer(200, text: Description.text, "application/json")
      case .health: return ServerAnswer(200, text: "ok\n")
      case .readiness:
        return isReady ? ServerAnswer(200, text: "ok\n") : ServerAnswer(503, text: "not yet\n")
      case .metrics:
        return ServerAnswer(200, text: metricsText, "text/plain; version=0.0.4; charset=utf-8")
      }
    } catch let fault as RequestFault {
      return ServerAnswer(fault)
    } catch {
      return ServerAnswer(RequestFault(500, "failed", "the request could not be answered"))
    }
  }

  private func answer(
    to route: Route, _ form: RestorationForm, _ owner: String, _ reservation: Admission.Reservation
  ) async throws -> ServerAnswer {
    var form = form
    if route == .edit { return try await edit(&form, owner, reservation) }
    let job = try submit(form, of: owner, reservation)
    guard route == .createJob else { return ServerAnswer(try await result(of: job)) }
    store.add(job)
    var answer = ServerAnswer(202, json: job.snapshot)
    answer.headers.append(("location", "/v1/jobs/\(job.id)"))
    return answer
  }

  /// Waits for a picture, and gives it up when nobody does any more.
  func result(of job: ServedJob) async throws -> RestoredFile {
    let watch = Task {
      try await Task.sleep(for: .seconds(settings.limits.answerSeconds))
      job.fail(RequestFault(504, "too_slow", "the picture takes too long; /v1/jobs waits for it"))
    }
    defer { watch.cancel() }
    return try await withTaskCancellationHandler {
      for await _ in job.changes() {}
      job.cancel()
      guard let outcome = job.outcome else { throw RequestFault.draining }
      return try outcome.get()
    } onCancel: {
      job.cancel()
    }
  }

  private func answer(to route: Route, about job: ServedJob) throws -> ServerAnswer {
    switch route {
    case .deleteJob:
      job.cancel()
      store.remove(job.id)
      return ServerAnswer(204, text: "")
    case .jobEvents: return ServerAnswer(200, "text/event-stream", .stream(job.events()))
    case .jobResult:
      guard let outcome = job.outcome else {
        throw RequestFault(409, "not_done", "the job has not ended", retryAfter: 1)
      }
      return ServerAnswer(try outcome.get())
    default: return ServerAnswer(json: job.snapshot)
    }
  }
}

/// The list of models, as clients of OpenAI's interface know it.
private struct ModelList: Encodable {
  let object = "list"
  let data: [ModelDescription]
}

extension ServerAnswer {
  /// The picture itself.
  init(_ file: RestoredFile) {
    self.init(200, file.format.mediaType, .bytes(file.bytes))
    let timing = file.timing.map { "\($0.name);dur=\(Int(($0.seconds * 1000).rounded()))" }
    headers.append(("server-timing", timing.joined(separator: ", ")))
    headers.append(("x-limpid-size", "\(file.width)x\(file.height)"))
    if !file.warnings.isEmpty { headers.append(("x-limpid-warnings", "\(file.warnings.count)")) }
  }
}

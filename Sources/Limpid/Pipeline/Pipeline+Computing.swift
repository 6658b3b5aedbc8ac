import Diffusion

/// An image that waits to be written.
struct RestoredImage: Sendable {
  let source: DecodedImage
  let pictures: [Picture]
  let reports: [WorkerReport]
  /// Of the colours.
  let rounds: [RestorationRound]
  /// Between decoding and the device.
  let waiting: Duration
  let restoredAt = ContinuousClock.now
}

extension Pipeline {
  /// A thread that feeds a device's process until no more images come.
  func compute(_ lane: Lane) {
    let isOurs = { image in self.lanes.change { $0.isFor(lane, image) } }
    while let batch = decoded.take(
      where: isOurs, upTo: { self.limit($0, lane) }, joining: Self.areAlike)
    {
      let wanted = batch.filter { !$0.document.hasFailed }
      do throws(LimpidError) {
        if !wanted.isEmpty { restore(wanted, try worker(of: lane), lane) }
      } catch {
        for image in wanted { refuse(image, by: lane, error) }
      }
      decoded.settle(batch.count)
    }
    lanes.change { $0.workers[lane.number] = nil }
    endLane()
  }

  private func limit(_ image: DecodedImage, _ lane: Lane) -> Int {
    settings.batching.wanted(
      width: image.image.width, height: image.image.height, isGPU: lane.isGPU)
  }

  /// Whether two images may share a batch. One that a process died over is tried alone.
  private static func areAlike(_ a: DecodedImage, _ b: DecodedImage) -> Bool {
    a.image.width == b.image.width && a.image.height == b.image.height && a.crashes == 0
      && b.crashes == 0
  }

  /// The lane's worker, started again if need be.
  /// - Throws: what happened to the device when it was lost, now or earlier.
  private func worker(of lane: Lane) throws(LimpidError) -> Worker {
    let (worker, loss) = lanes.change { ($0.workers[lane.number], $0.lost[lane.number]) }
    if let worker { return worker }
    if let loss { throw loss }
    guard !isStopping else { throw LimpidError(.temporary, "the run was stopped") }
    do throws(LimpidError) {
      let worker = try Self.start(lane.configuration, settings)
      lanes.change { $0.workers[lane.number] = worker }
      return worker
    } catch {
      let loss = LimpidError(.temporary, "the device was lost: \(error)")
      lanes.change { $0.lost[lane.number] = loss }
      tell(.noted("\(lane.device) is given up: \(error)"))
      throw loss
    }
  }

  private func restore(_ batch: [DecodedImage], _ worker: Worker, _ lane: Lane) {
    let start = ContinuousClock.now
    let subjects = batch.flatMap { image in
      let seed = RandomStream.imageSeed(settings.seed, path: image.path)
      return image.image.pictures.map { image.origin.guide.subject($0, seed: seed) }
    }
    do throws(Worker.Fault) {
      let owners = batch.flatMap { image in image.image.pictures.map { _ in image.job } }
      var outcomes = try worker.restore(subjects) { event in
        for job in Self.jobs(of: event, owners, batch) { tell(.progressed(job, event)) }
      }[...]
      for image in batch {
        let own = outcomes.prefix(image.image.pictures.count)
        outcomes = outcomes.dropFirst(own.count)
        pass(image, Array(own), waiting: start - image.decodedAt, lane)
      }
    } catch {
      lanes.change { $0.workers[lane.number] = nil }
      guard !isStopping else { return }
      tell(.noted("\(lane.device): \(error)"))
      for image in batch { retry(image, after: error, on: lane) }
    }
  }

  /// The images that an event is about: the whole batch, or the owner of one picture.
  private static func jobs(
    of event: RestorationEvent, _ owners: [Job], _ batch: [DecodedImage]
  ) -> [Job] {
    guard case .round(_, let subject, _) = event else { return batch.map(\.job) }
    return owners.indices.contains(subject) ? [owners[subject]] : []
  }

  /// Hands an image on if all of its pictures were restored.
  private func pass(
    _ image: DecodedImage, _ outcomes: [Worker.Outcome], waiting: Duration, _ lane: Lane
  ) {
    do throws(LimpidError) {
      var (pictures, reports): ([Picture], [WorkerReport]) = ([], [])
      var rounds: [[RestorationRound]] = []
      for outcome in outcomes {
        let (picture, report, turns) = try outcome.get()
        pictures.append(picture)
        reports.append(report)
        rounds.append(turns)
      }
      let restored = RestoredImage(
        source: image, pictures: pictures, reports: reports, rounds: rounds.first ?? [],
        waiting: waiting)
      _ = self.restored.put(restored, weight: image.weight)
    } catch  where error.kind == .temporary {
      refuse(image, by: lane, error)
    } catch {
      fail(image, error)
    }
  }

  /// Tries an image once more alone, then on another device.
  private func retry(_ image: DecodedImage, after fault: Worker.Fault, on lane: Lane) {
    var image = image
    image.crashes += 1
    guard image.crashes % 2 == 0 else {
      decoded.putBack(image, weight: image.weight)
      return
    }
    refuse(image, by: lane, LimpidError(.temporary, "\(fault), twice over this image"))
  }

  /// Leaves an image to the other devices; fails it when there is none.
  private func refuse(_ image: DecodedImage, by lane: Lane, _ error: LimpidError) {
    guard !isStopping else { return }
    var image = image
    image.refusals.insert(lane.device)
    if lanes.change({ $0.isAccepted(image) }) {
      decoded.putBack(image, weight: image.weight)
    } else {
      fail(image, error)
    }
  }

  private func fail(_ image: DecodedImage, _ error: LimpidError) {
    fail(image.document, in: .compute, LimpidError(error.kind, "\(image.job.input): \(error)"))
  }
}

import Pictures
import Restoration

/// An image that waits to be written.
struct RestoredImage: Sendable {
  let source: DecodedImage
  /// Of each of the source's pictures.
  let results: [RestoredPicture]
  /// The device's time, shared with the other images of a batch.
  let computing: Duration
  /// Bytes of device memory at the highest.
  let peakBytes: Int
  /// Before the device's work and after it, since it was decoded.
  let waiting: Duration
  let restoredAt = ContinuousClock.now

  /// Of the colours.
  var rounds: [RestorationRound] { results[0].rounds }
  /// In pixels.
  var weight: Int { results[0].picture.width * results[0].picture.height }
}

extension BatchRun {
  /// One of the threads that feed a device's service until no more images come.
  func compute(_ lane: Lane) {
    while let (images, batch) = take(for: lane) {
      lanes.wait { $0.traffic[lane.number].enter(batch) ? () : nil }
      let wanted = images.filter(isWanted)
      if !wanted.isEmpty { restore(wanted, lane) }
      lanes.change { $0.traffic[lane.number].leave(batch) }
      decoded.settle(images.count)
    }
    endLane()
  }

  /// Gives an image up that nobody waits for.
  private func isWanted(_ image: DecodedImage) -> Bool {
    if image.job.source.isWanted { return !image.document.hasFailed }
    fail(image.document, in: .compute, LimpidError(.interrupted, "nobody waits for it"))
    return false
  }

  /// Waits for images of one size. One that a process died over is to be alone in its process, so
  /// that it takes nothing with it.
  private func take(for lane: Lane) -> ([DecodedImage], LaneTraffic.Batch)? {
    var batch: LaneTraffic.Batch?
    let images = decoded.take(
      where: { image in lanes.change { $0.isFor(lane, image) } },
      sparing: { lanes.change { $0.spared(by: lane) } }, upTo: { limit($0, lane) },
      gathering: lane.gathers, delay: options.queueDelay,
      joining: Self.areAlike,
      marking: { images in
        let weight = images.reduce(0) { $0 + $1.weight }
        let isAlone = images.contains { $0.crashes > 0 }
        batch = lanes.change {
          $0.traffic[lane.number].arrive(weight: weight, isAlone: isAlone)
        }
      })
    guard let images, let batch else { return nil }
    return (images, batch)
  }

  private func limit(_ image: DecodedImage, _ lane: Lane) -> Int {
    guard image.crashes == 0 else { return 1 }
    return options.batching.wanted(
      width: image.image.width, height: image.image.height, filling: lane.pixelsPerRun)
  }

  /// Whether two images may share a batch. One that a process died over is tried alone.
  private static func areAlike(_ a: DecodedImage, _ b: DecodedImage) -> Bool {
    a.image.width == b.image.width && a.image.height == b.image.height && a.crashes == 0
      && b.crashes == 0
  }

  private func restore(_ images: [DecodedImage], _ lane: Lane) {
    do throws(LimpidError) {
      restore(images, try service(of: lane), lane)
    } catch {
      for image in images { refuse(image, by: lane, error) }
    }
  }

  /// The lane's service, started again if need be.
  /// - Throws: what happened to the device when it was lost, now or earlier.
  private func service(of lane: Lane) throws(LimpidError) -> any RestorationService {
    typealias Found = Result<(any RestorationService)?, LimpidError>
    let service = try lanes.wait { list -> Found? in
      if let service = list.services[lane.number] { return .success(service) }
      if let loss = list.lost[lane.number] { return .failure(loss) }
      return list.starting.insert(lane.number).inserted ? .success(nil) : nil
    }.get()
    if let service { return service }
    defer { lanes.change { _ = $0.starting.remove(lane.number) } }
    guard !isStopping else { throw LimpidError(.temporary, "the run was stopped") }
    do throws(LimpidError) {
      let service = try options.start(lane.worker)
      lanes.change { $0.services[lane.number] = service }
      return service
    } catch {
      let loss = LimpidError(.temporary, "the device was lost: \(error)")
      lanes.change { $0.lost[lane.number] = loss }
      tell(.noted("\(lane.device) is given up: \(error)"))
      throw loss
    }
  }

  private func restore(
    _ batch: [DecodedImage], _ service: any RestorationService, _ lane: Lane
  ) {
    let subjects = batch.flatMap { image in
      let seed = options.seed(of: image)
      return image.image.pictures.map { image.origin.guide.subject($0, seed: seed) }
    }
    do throws(ServiceFault) {
      let owners = batch.flatMap { image in image.image.pictures.map { _ in image.job } }
      let answer = try service.serve(subjects) { event in
        for job in Self.jobs(of: event, owners, batch) { tell(.progressed(job, event)) }
      }
      pass(batch, answer, lane)
    } catch {
      let isNews = lanes.change { list in
        guard list.services[lane.number] === service else { return false }
        list.services[lane.number] = nil
        return true
      }
      guard !isStopping else { return }
      if isNews { tell(.noted("\(lane.device): \(error)")) }
      for image in batch { retry(image, after: error, on: lane) }
    }
  }

  /// Hands on those images of which all pictures were restored.
  private func pass(_ batch: [DecodedImage], _ answer: ServiceAnswer, _ lane: Lane) {
    tell(.answered(images: batch.count, peakBytes: answer.peakBytes))
    var results = answer.results[...]
    for image in batch {
      let own = results.prefix(image.image.pictures.count)
      results = results.dropFirst(own.count)
      let share = answer.seconds * Double(own.count) / Double(answer.results.count)
      do throws(LimpidError) {
        let restored = RestoredImage(
          source: image, results: try own.map { result throws(LimpidError) in try result.get() },
          computing: .seconds(share), peakBytes: answer.peakBytes,
          waiting: .now - image.decodedAt - .seconds(answer.seconds))
        _ = self.restored.put(restored, weight: restored.weight)
      } catch  where error.kind == .temporary {
        refuse(image, by: lane, error)
      } catch {
        fail(image, error)
      }
    }
  }

  /// The images that an event is about: the whole batch, or the owner of one picture.
  private static func jobs(
    of event: RestorationEvent, _ owners: [Job], _ batch: [DecodedImage]
  ) -> [Job] {
    guard case .round(_, let subject, _) = event else { return batch.map(\.job) }
    return owners.indices.contains(subject) ? [owners[subject]] : []
  }

  /// Tries an image once more alone, then on another device.
  private func retry(_ image: DecodedImage, after fault: ServiceFault, on lane: Lane) {
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
    fail(image.document, in: .compute, error.concerning(image.job.source.name.text))
  }
}

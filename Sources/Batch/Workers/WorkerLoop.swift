import Execution
import Glibc
import Models
import OpenCLExecutor
import Pictures
import Processes
import Restoration
import Tensors

/// The inside of a worker process: restores what its socket brings until that closes.
package enum WorkerLoop {
  /// Serves the process at the other end of standard input, which is a socket.
  package static func run() {
    ParentBond.tie()
    let channel = MessageChannel(descriptor: STDIN_FILENO)
    do {
      guard case .configure(let options) = try channel.receive(WorkerRequest.self).0 else {
        return
      }
      let restorer: Restorer
      do throws(LimpidError) {
        restorer = try Restorer(options)
      } catch {
        try channel.send(WorkerReply.refused(error))
        return
      }
      try channel.send(WorkerReply.ready(restorer.device))
      serve(restorer, channel)
    } catch {}
  }

  /// Has restored what was read. The next request is read and the last answer written meanwhile, so
  /// that the device waits for neither.
  private static func serve(_ service: any RestorationService, _ channel: MessageChannel) {
    let orders = BoundedQueue<[Subject]>(capacity: 1, weight: .max)
    let answers = BoundedQueue<Answer>(capacity: 16, weight: .max)
    WorkThread.start { read(orders, from: channel) }
    WorkThread.start { write(answers, to: channel) }
    BuildAids.shared.withLock {
      $0.report = { _ = answers.put(Answer(reply: .built($0, of: $1)), weight: 0) }
    }
    while let subjects = orders.take()?.first {
      relay(subjects, service, answers)
      orders.settle(1)
    }
  }

  /// A thread that reads requests until there are no more.
  private static func read(_ orders: BoundedQueue<[Subject]>, from channel: MessageChannel) {
    while let (request, planes) = try? channel.receive(WorkerRequest.self),
      case .restore(let sent, let width, let height) = request,
      let subjects = Self.subjects(sent, planes, width, height)
    { _ = orders.put(subjects, weight: 0) }
    orders.cancel()
  }

  /// A thread that writes answers until nobody takes them.
  private static func write(_ answers: BoundedQueue<Answer>, to channel: MessageChannel) {
    while let answer = answers.take()?.first,
      (try? channel.send(answer.reply, answer.blocks)) != nil
    { answers.settle(1) }
    answers.cancel()
  }

  private static func relay(
    _ subjects: [Subject], _ service: any RestorationService, _ answers: BoundedQueue<Answer>
  ) {
    // A service gives no answer when it was cancelled below, since nobody was there to take one, or
    // when it has lost its device, which another process may find again.
    guard
      let answer = try? service.serve(
        subjects,
        reporting: { event in
          if !answers.put(Answer(reply: .told(event)), weight: 0) { service.cancel() }
        })
    else { _exit(EXIT_FAILURE) }
    for result in answer.results { _ = answers.put(Answer(result), weight: 0) }
    let end = WorkerReply.finished(peakBytes: answer.peakBytes, seconds: answer.seconds)
    _ = answers.put(Answer(reply: end), weight: 0)
  }

  /// The subjects whose pixels came with their orders; nil when they do not fit.
  private static func subjects(
    _ orders: [WorkerSubject], _ planes: [Float], _ width: Int, _ height: Int
  ) -> [Subject]? {
    var rest = planes[...]
    let pictures = orders.compactMap { _ in Picture(first: width, height, of: &rest) }
    guard let references = others(orders.map(\.reference), of: &rest),
      let rightViews = others(orders.map(\.rightView), of: &rest),
      !orders.isEmpty, pictures.count == orders.count, rest.isEmpty
    else { return nil }
    return orders.indices.map { index in
      Subject(
        pictures[index], seed: orders[index].seed, texts: orders[index].texts,
        reference: references[index], rightView: rightViews[index])
    }
  }

  /// Pictures of those sizes, nil where there is none; nil when they do not fit.
  private static func others(
    _ sizes: [WorkerSubject.Size?], of planes: inout ArraySlice<Float>
  ) -> [Picture?]? {
    var pictures: [Picture?] = []
    for size in sizes {
      let picture = size.flatMap { Picture(first: $0.width, $0.height, of: &planes) }
      guard (picture == nil) == (size == nil) else { return nil }
      pictures.append(picture)
    }
    return pictures
  }
}

/// What a worker writes: a reply and the planes that go with it.
private struct Answer: Sendable {
  let reply: WorkerReply
  var blocks: [[Float]] = []
}

extension Answer {
  init(_ result: Result<RestoredPicture, LimpidError>) {
    switch result {
    case .success(let restored):
      self.init(
        reply: .restored(WorkerPicture(restored)),
        blocks: [restored.picture.planes] + restored.rounds.compactMap { $0.picture?.planes }
          + restored.kept.map(\.picture.planes))
    case .failure(let error):
      self.init(reply: .failed(error))
    }
  }
}

extension Restorer {
  package convenience init(_ options: WorkerOptions) throws(LimpidError) {
    guard let choice = DeviceSelector(options.device) else {
      throw LimpidError(.unavailable, "no device '\(options.device)'")
    }
    let engine = try Engine(
      choice, dtype: options.dtype,
      isStrict: options.isStrict, memoryLimit: options.memoryLimit,
      processes: options.processes)
    try self.init(Model(options.model), on: engine, options.system)
  }
}

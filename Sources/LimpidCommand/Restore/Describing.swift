import Batch
import Descriptions
import Pictures
import Restoration
import Synchronization

/// Has images described before they are restored.
struct Describing {
  let answers: any PictureAnswers
  /// What is asked, in turn.
  private let questions: [(kind: TextKind, text: String)]
  /// Tokens of an answer at most.
  private let limit: Int

  /// - Parameter kinds: that a system wants.
  /// - Throws: a usage error for questions that are for no text, or for nobody knows which.
  init(
    by answers: any PictureAnswers, of kinds: [TextKind], _ options: SystemOptions
  ) throws(LimpidError) {
    (self.answers, limit) = (answers, options.describerTokens)
    questions = try kinds.map { kind throws(LimpidError) in
      (kind, try options.question(for: kind, of: kinds) ?? kind.describerQuestion)
    }
  }

  /// Texts about the images for which neither options nor files have one. An image that cannot be
  /// described has the reason in place of a text.
  /// - Parameters:
  ///   - resumes: whether texts of earlier runs count.
  ///   - ledger: where texts are kept; nil where they are not.
  func texts(
    about jobs: [FileJob], beside guides: GuideSources, resuming resumes: Bool, _ ledger: Ledger?
  ) throws -> ToldTexts {
    let told = Told()
    let recorded = resumes ? ledger.map { RecordedTexts(folder: $0.folder) } : nil
    for (kind, question) in questions {
      let asked = Digest.of("\(answers.identity)\n\(limit)\n\(question)".utf8)
      let silent = jobs.filter { job in
        guard guides.unsaid(about: job.input).contains(kind) else { return false }
        guard let text = recorded?.text(kind, of: job, asked: asked) else { return true }
        told.set(kind, of: job, .success(text))
        return false
      }
      guard !silent.isEmpty else { continue }
      try answers.answer(
        question, about: silent.map(\.input), unless: { Interruption.error != nil }
      ) { place, answer in
        let job = silent[place]
        let line = Self.line(answer, of: job)
        told.set(kind, of: job, line)
        told.keep(line, kind, of: job, asked: asked, in: ledger)
      }
      try told.check()
      try Interruption.check()
    }
    return told.texts
  }

  /// A text as it is used.
  private static func line(
    _ answer: ToldTexts.Answer, of job: FileJob
  ) -> ToldTexts.Answer {
    answer.flatMap { text -> ToldTexts.Answer in
      do throws(LimpidError) {
        let line = try ImageTexts.line(text)
        guard !line.isEmpty else { throw LimpidError(.failed, "the describer said nothing") }
        return .success(line)
      } catch {
        return .failure(LimpidError(.failed, "\(job.input): \(error)"))
      }
    }
  }

  /// What is known so far, by whichever thread found it.
  private final class Told: Sendable {
    private let state = Mutex((texts: ToldTexts(), failure: LimpidError?.none))

    var texts: ToldTexts { state.withLock { $0.texts } }

    func set(_ kind: TextKind, of job: FileJob, _ answer: ToldTexts.Answer) {
      state.withLock { $0.texts[job.input, kind] = answer }
    }

    func keep(
      _ answer: ToldTexts.Answer, _ kind: TextKind, of job: FileJob, asked: String,
      in ledger: Ledger?
    ) {
      guard case .success(let text) = answer else { return }
      do throws(LimpidError) {
        try ledger?.record(text, kind, of: job, asked: asked)
      } catch {
        state.withLock { $0.failure = error }
      }
    }

    func check() throws(LimpidError) {
      if let failure = state.withLock({ $0.failure }) { throw failure }
    }
  }
}

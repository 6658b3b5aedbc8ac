import Paths
import Pictures

/// A command that looks at an image and answers questions about it.
struct CaptionCommand: Sendable {
  private let command: ShellCommand

  init(_ text: String, patience: Int) {
    command = ShellCommand(
      text: text, patience: .seconds(patience), limit: ImageTexts.maximumBytes)
  }

  /// The answer, on one line.
  /// - Parameter isOver: asked several times a second whether to stop waiting.
  /// - Throws: one line that names the image.
  func answer(
    _ question: String, about path: Path, unless isOver: () -> Bool
  ) throws(LimpidError) -> String {
    let written: [UInt8]
    do throws(ShellCommand.Fault) {
      written = try command.output([path, Path(question)], unless: isOver)
    } catch {
      throw LimpidError(.failed, "\(path): the caption command \(describe(error))")
    }
    guard let text = String(validating: written, as: UTF8.self) else {
      throw LimpidError(.failed, "\(path): the caption command printed what is no UTF-8")
    }
    let line: String
    do throws(LimpidError) {
      line = try ImageTexts.line(text)
    } catch {
      throw LimpidError(.failed, "\(path): the caption command printed \(error)")
    }
    guard !line.isEmpty else {
      throw LimpidError(.failed, "\(path): the caption command printed nothing")
    }
    return line
  }

  private func describe(_ fault: ShellCommand.Fault) -> String {
    switch fault {
    case .cannotStart(let code): "cannot be started: error \(code)"
    case .slow: "gave no answer within \(command.patience.components.seconds) s"
    case .talkative: "printed more than \(command.limit) bytes"
    case .stopped: "was stopped"
    case .failed(let how, let said): said.isEmpty ? how : "\(how): \(said)"
    }
  }
}

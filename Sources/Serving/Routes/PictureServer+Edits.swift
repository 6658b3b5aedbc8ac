import Foundation
import Images

/// What clients of OpenAI's interface ask for pictures by.
extension PictureServer {
  /// An answer in their form.
  private struct Edits: Encodable {
    struct Picture: Encodable {
      let b64_json: String
    }

    let created: Int
    let data: [Picture]
    let output_format: String
  }

  /// Options of theirs that say nothing here.
  private static let ignored = ["user", "background", "moderation", "input-fidelity", "stream"]

  /// Restores the picture of a form as `POST /v1/images/edits` has it.
  func edit(
    _ form: inout RestorationForm, _ owner: String, _ reservation: Admission.Reservation
  ) async throws -> ServerAnswer {
    guard ["b64-json", "b64_json", nil].contains(form.remove("response-format")) else {
      throw RequestFault(400, "bad_request", "pictures are answered as b64_json alone")
    }
    guard ["1", nil].contains(form.remove("n")) else {
      throw RequestFault(400, "bad_request", "n is 1")
    }
    guard ["auto", nil].contains(form.remove("size")) else {
      throw RequestFault(400, "bad_request", "size is auto; --scale says how many times")
    }
    for option in Self.ignored { _ = form.remove(option) }
    form.rename("output-format", "format")
    form.rename("output-compression", "quality")
    let job = try submit(form, of: owner, reservation)
    let file = try await result(of: job)
    let picture = Edits.Picture(b64_json: Data(file.bytes).base64EncodedString())
    return ServerAnswer(
      json: Edits(
        created: Int(Date().timeIntervalSince1970), data: [picture],
        output_format: file.format.fileEnding))
  }
}

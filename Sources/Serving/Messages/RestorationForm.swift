import Forms
import LimpidCommand
import Paths

/// What a request to restore a picture says: the picture, others that belong to it, and options in
/// the command's names.
package struct RestorationForm: Sendable {
  /// The picture's file.
  package private(set) var file: [UInt8] = []
  /// What the client calls it, without folders: where its random numbers begin depends on that.
  package private(set) var name: Path = "-"
  /// Name of the model; nil for the usual one.
  package private(set) var model: String?
  /// Files of pictures that guide the restoration, by the names that the command has for them.
  package private(set) var pictures: [String: [UInt8]] = [:]
  /// The other options, as they came.
  package private(set) var options: [(name: String, value: String)] = []

  /// Names of the part of a form that is the picture.
  private static let fileNames: Set<String> = ["image", "image[]", "file", "picture"]
  private static let largestValue = 1 << 14

  /// - Throws: ``RequestFault`` for a form that is not whole, or without a picture.
  package init(_ request: ServerRequest) throws(RequestFault) {
    let form: MultipartForm?
    do throws(FormFault) {
      for (name, value) in try QueryString.fields(request.query) { take(name, value) }
      form = try MultipartForm(request["content-type"], request.body)
    } catch {
      throw RequestFault(malformed: error)
    }
    if let form {
      for part in form.parts { try take(part) }
    } else {
      file = request.body
    }
    guard !file.isEmpty else {
      throw RequestFault(400, "no_image", "the request brings no picture")
    }
  }

  /// A form that asks for a model alone.
  init(asking model: String) { self.model = model }

  private mutating func take(_ part: MultipartForm.Part) throws(RequestFault) {
    if Self.fileNames.contains(part.name) {
      guard file.isEmpty else {
        throw RequestFault(400, "bad_request", "the form has more than one picture")
      }
      file = Array(part.content)
      if let name = part.fileName { take("name", name) }
      return
    }
    let option = Self.option(part.name)
    if RequestedRestoration.pictures.contains(option) {
      guard pictures[option] == nil, !part.content.isEmpty else {
        throw RequestFault(400, "bad_request", "\(option) is one picture")
      }
      pictures[option] = Array(part.content)
      return
    }
    guard part.content.count <= Self.largestValue,
      let value = String(validating: part.content, as: UTF8.self)
    else { throw RequestFault(400, "bad_request", "a field of the form is no text, or too long") }
    take(part.name, value)
  }

  /// What the command calls an option.
  private static func option(_ name: String) -> String { name.replacing("_", with: "-") }

  private mutating func take(_ name: String, _ value: String) {
    switch Self.option(name) {
    case "name":
      let name = Path(value.replacing("\\", with: "/")).name
      if !name.isEmpty { self.name = name }
    case "model": model = value
    case let option: options.append((option, value))
    }
  }

  /// Takes the value of an option out; nil where it was not given.
  package mutating func remove(_ option: String) -> String? {
    defer { options.removeAll { $0.name == option } }
    return options.last { $0.name == option }?.value
  }

  /// Calls an option by another name, where it was given.
  package mutating func rename(_ option: String, _ name: String) {
    if let value = remove(option) { options.append((name, value)) }
  }
}

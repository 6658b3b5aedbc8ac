import Foundation
import JSON
import OpenCL
import OpenCLExecutor
import Pictures
import Tensors

/// What a tuning is for: a device with its driver, a storage type and the kernels as they are.
struct TuningSubject: Sendable {
  private static let format = 1

  private let device: [String: String]
  private let dtype: DType
  private let kernels: String
  private let family: KernelFamily

  init(_ device: Device, _ dtype: DType, _ family: KernelFamily) {
    self.device = [
      "platform": device.platform, "vendor": device.vendor, "name": device.name,
      "driver": device.driver,
    ]
    self.dtype = dtype
    self.family = family
    let choices = Choice.all(of: family).map { choice in
      "\(choice.name) \(choice.values.map(Choice.spelled).joined(separator: " "))\n"
    }
    kernels = Digest.of((KernelLibrary.text(of: family) + choices.joined()).utf8)
  }

  /// The device's name and storage type in letters and digits, and a hash of what they leave out.
  var fileName: String {
    let name = device["name"] ?? ""
    let readable = name.unicodeScalars.prefix(40).map {
      $0.isASCII && $0.properties.isAlphabetic || ("0"..."9").contains($0) ? Character($0) : "-"
    }
    let rest = Digest.of("\(device["platform"] ?? "")\n\(device["vendor"] ?? "")\n\(name)".utf8)
    return "\(String(readable))-\(rest.prefix(12))-\(dtype).json"
  }

  /// A file's text for these choices, by name and spelled.
  func document(_ choices: [String: String]) throws -> Data {
    struct Document: Encodable {
      let format: Int
      let device: [String: String]
      let dtype: String
      let kernels: String
      let choices: [String: String]
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let document = Document(
      format: Self.format, device: device, dtype: dtype.rawValue, kernels: kernels, choices: choices
    )
    return try encoder.encode(document) + Data("\n".utf8)
  }

  /// The choices of a file that is for this subject.
  func choices(in document: JSONValue) throws(TuningFileError) -> [Choice: [Int]] {
    guard case .object(let members) = document else { throw TuningFileError("it is no object") }
    guard members["format"] == .whole(Self.format) else {
      throw TuningFileError("its format is not \(Self.format)")
    }
    for (key, value) in device.sorted(by: { $0.key < $1.key }) {
      guard case .object(let theirs)? = members["device"], case .string(let named)? = theirs[key]
      else { throw TuningFileError("it does not say the device's \(key)") }
      guard named == value else {
        throw TuningFileError("it is for \(key) \(quoted(named)), this is \(quoted(value))")
      }
    }
    guard members["dtype"] == .string(dtype.rawValue) else {
      throw TuningFileError("it is not for \(dtype)")
    }
    guard members["kernels"] == .string(kernels) else {
      throw TuningFileError("it is for other kernels")
    }
    guard case .object(let choices)? = members["choices"] else {
      throw TuningFileError("it has no choices")
    }
    return try values(choices)
  }

  private func values(
    _ choices: [String: JSONValue]
  ) throws(TuningFileError) -> [Choice: [Int]] {
    var values: [Choice: [Int]] = [:]
    for (name, spelled) in choices.sorted(by: { $0.key < $1.key }) {
      guard case .string(let text) = spelled else {
        throw TuningFileError("the value of \(quoted(name)) is no text")
      }
      do {
        let setting = try ChoiceSetting(name, text, among: Choice.all(of: family))
        values[setting.choice] = setting.value
      } catch {
        throw TuningFileError("\(error)")
      }
    }
    return values
  }
}

/// Why a file is no tuning for the device at hand.
struct TuningFileError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

import Foundation
import JSON
import Tensors

/// The `precision.json` of a bundle.
extension PrecisionVerdict {
  package static let fileName = "precision.json"
  static let maximumBytes = 1 << 16
  /// The only version that is read.
  private static let format = 1

  /// As the file has it.
  package func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(Document(format: Self.format, verdict: self))) + [0x0A]
  }

  private struct Document: Encodable {
    let format: Int
    let verdict: PrecisionVerdict

    enum Key: CodingKey { case format }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(format, forKey: .format)
      try verdict.encode(to: encoder)
    }
  }

  /// - Throws: ``BundleError``, or what makes it no JSON.
  init(parsing bytes: [UInt8]) throws {
    guard case .object(let members) = try JSONValue(parsing: bytes) else {
      throw BundleError("it is no JSON object")
    }
    guard case .whole(Self.format)? = members["format"] else {
      throw BundleError("format is not \(Self.format)")
    }
    guard case .string(let name)? = members["dtype"], let dtype = DType(rawValue: name) else {
      throw BundleError("dtype is neither f32 nor f16")
    }
    guard case .string(let model)? = members["model"], case .array(let rows)? = members["evidence"]
    else { throw BundleError("model and evidence are missing") }
    self.init(dtype, of: model, try rows.map(HalfEvidence.init(parsed:)))
  }
}

extension HalfEvidence {
  fileprivate init(parsed value: JSONValue) throws {
    guard case .object(let members) = value, case .string(let name)? = members["mode"],
      let mode = HalfMode(rawValue: name), case .string(let device)? = members["device"],
      case .whole(let pictures)? = members["pictures"], let steps = members["steps"]?.number,
      case .whole(let nonFinite)? = members["nonFinite"]
    else {
      throw BundleError("evidence has a mode, device, pictures, psnr, steps and nonFinite each")
    }
    self.init(
      mode, on: device, pictures: pictures, psnr: members["psnr"]?.number, steps: steps,
      nonFinite: nonFinite)
  }
}

extension JSONValue {
  fileprivate var number: Double? {
    switch self {
    case .whole(let number): Double(number)
    case .real(let number): number
    case .null, .boolean, .string, .array, .object: nil
    }
  }
}

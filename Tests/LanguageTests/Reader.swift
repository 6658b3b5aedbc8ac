import Checkpoints
import IR
import Language
import Networks
import Tensors

/// The model step by step, its keys and values between the steps.
struct Reader {
  private static let capacity = 96
  private let fixture: LLaVAFixture
  private let batch: Int
  private let executor: any Executor
  private var caches: [String: HostTensor] = [:]
  private var position = 0

  init(_ fixture: LLaVAFixture, batch: Int, on executor: any Executor) throws {
    (self.fixture, self.batch, self.executor) = (fixture, batch, executor)
    for (name, shape) in fixture.model.tongue.operands(
      batch: batch, tokens: 1, capacity: Self.capacity)
    where name.hasPrefix("keys") || name.hasPrefix("values") {
      caches[name] = .zeros(shape)
    }
  }

  func see(_ pictures: HostTensor) throws -> HostTensor {
    let graph = try fixture.model.eye.graph(batch: batch, height: 1, width: 1)
    let plan = try executor.prepare(graph, weights: fixture.vision)
    return try plan.run(["pixel_values": pictures])["image_features"]!
  }

  /// The logits after the fixture's prompt around the features of each picture.
  mutating func read(_ features: HostTensor) throws -> HostTensor {
    let ids = fixture.inputs["input_ids"]!.floats
    let first = Float(fixture.prompt.before.count)
    let sources = ids.indices.map { place in
      ids[place] == 125 ? Float(place) - first : Float(place + features.shape[2])
    }
    return try evaluate(
      [[Float]](repeating: ids, count: batch),
      [
        "image_features": features,
        "token_sources": HostTensor(
          [batch, ids.count], [[Float]](repeating: sources, count: batch).flatMap(\.self)),
      ])
  }

  /// The logits after more tokens: one of each text, or several of a single one.
  mutating func write(_ tokens: [Float]) throws -> HostTensor {
    try evaluate(batch == 1 ? [tokens] : tokens.map { [$0] }, [:])
  }

  private mutating func evaluate(
    _ tokens: [[Float]], _ more: [String: HostTensor]
  ) throws -> HostTensor {
    let count = tokens[0].count
    let positions = (0..<count).map { Float(position + $0) }
    var operands = caches.merging(more) { $1 }
    operands["input_ids"] = HostTensor([batch, count], tokens.flatMap(\.self))
    operands["positions"] = HostTensor(
      [batch, count], [[Float]](repeating: positions, count: batch).flatMap(\.self))
    operands["begins"] = HostTensor([batch, 1], [Float](repeating: Float(position), count: batch))
    let graph = try fixture.model.tongue.graph(operands.mapValues(\.shape))
    var results = try executor.prepare(graph, weights: fixture.language).run(operands)
    position += count
    let logits = results.removeValue(forKey: "logits")!
    caches = results
    return logits
  }
}

enum SmallFileBytes {
  static func of(_ name: String) throws -> [UInt8] {
    try SmallFile.bytes(path: try LLaVAFixture.path(name), limit: 1 << 20)
  }
}

import IR

extension Recognition {
  /// The same checkpoint with choices made that its tensors do not tell.
  /// - Parameter choices: may name what tensors do tell, if they agree.
  /// - Throws: ``Refusal`` for a choice that the network does not have, ``Fault``.
  package func choosing(_ choices: [Hyperparameter]) throws -> Recognition {
    var architecture = architecture
    for choice in choices {
      let told = architecture.hyperparameters.first { $0.name == choice.name }
      if told?.value.agrees(with: choice.value) == true { continue }
      guard let chosen = architecture.choosing(choice) else {
        let reason = told.map { "is \($0.value), not \(choice.value)" } ?? "is none of its choices"
        throw Refusal(
          architecture: descriptor.architecture, key: choice.name, reason: reason, others: [],
          agreeing: matched)
      }
      architecture = chosen
    }
    return try with(architecture)
  }

  fileprivate func with(_ architecture: any Architecture) throws(Fault) -> Recognition {
    var recognition = self
    recognition.architecture = architecture
    recognition.descriptor = try architecture.descriptor
    return recognition
  }
}

extension Recognition {
  /// The same checkpoint with statistics over windows instead of the whole image; nil for a network
  /// that has none over the whole image, or for which no one has said how to convert it.
  package func converted(to statistics: LocalStatistics) throws -> Recognition? {
    guard var network = architecture as? any LocallyConvertible else { return nil }
    network.localStatistics = statistics
    return try with(network)
  }
}

extension Hyperparameter.Value {
  /// Whether two values are the same number or text, however it is written.
  fileprivate func agrees(with other: Hyperparameter.Value) -> Bool {
    switch (self, other) {
    case (.number(let a), .integer(let b)), (.integer(let b), .number(let a)): a == Double(b)
    // Expansions are single precision numbers in decimal.
    case (.number(let a), .number(let b)): Float(a) == Float(b)
    default: self == other
    }
  }
}

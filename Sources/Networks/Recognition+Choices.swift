import IR

extension Recognition {
  /// The same checkpoint with choices made that its tensors do not tell.
  /// - Parameter choices: may name what tensors do tell, if they agree.
  /// - Throws: ``Refusal`` for a choice that the network does not have, ``Fault``.
  package func choosing(_ choices: [Hyperparameter]) throws -> Recognition {
    var network = network
    for choice in choices {
      let told = network.hyperparameters.first { $0.name == choice.name }
      if told?.value.agrees(with: choice.value) == true { continue }
      guard let chosen = network.choosing(choice) else {
        let reason = told.map { "is \($0.value), not \(choice.value)" } ?? "is none of its choices"
        throw Refusal(
          architecture: descriptor.architecture, key: choice.name, reason: reason, others: [],
          agreeing: matched)
      }
      network = chosen
    }
    return try with(network)
  }

  fileprivate func with(_ network: any Network) throws(Fault) -> Recognition {
    var recognition = self
    recognition.network = network
    recognition.descriptor = try network.descriptor
    return recognition
  }
}

extension Recognition {
  /// The same checkpoint with statistics over windows instead of the whole image; nil for a network
  /// that has none over the whole image, or for which no one has said how to convert it.
  package func converted(to statistics: LocalStatistics) throws -> Recognition? {
    guard var network = network as? any LocallyConvertible else { return nil }
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

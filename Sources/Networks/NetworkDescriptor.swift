import IR

/// One choice of a configuration, under the name of the official code.
package struct Hyperparameter: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    case integer(Int)
    case integers([Int])
    case number(Double)
    case flag(Bool)
    case text(String)
  }

  package let name: String
  package let value: Value

  package init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }
}

extension Hyperparameter.Value {
  /// nil for what is no number.
  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .integers, .flag, .text: nil
    }
  }
}

extension Hyperparameter.Value: CustomStringConvertible {
  package var description: String {
    switch self {
    case .integer(let value): "\(value)"
    case .integers(let values): "\(values)"
    case .number(let value): "\(value)"
    case .flag(let value): "\(value)"
    case .text(let value): value
    }
  }
}

/// What a person is told about a network.
package struct NetworkDescriptor: Hashable, Sendable {
  package let architecture: String
  package let hyperparameters: [Hyperparameter]
  package let parameterCount: Int
  package let inputChannels: Int
  package let outputChannels: Int
  package let scale: Int
  package let sizeMultiple: Int
  package let hasGlobalOperators: Bool
}

extension Architecture {
  package var descriptor: NetworkDescriptor {
    get throws(Fault) {
      NetworkDescriptor(
        architecture: Self.name, hyperparameters: hyperparameters,
        parameterCount: try manifest.parameterCount,
        inputChannels: inputChannels, outputChannels: outputChannels,
        scale: scale, sizeMultiple: sizeMultiple, hasGlobalOperators: hasGlobalOperators)
    }
  }
}

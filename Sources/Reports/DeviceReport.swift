import OpenCLExecutor

/// What was found out about one device.
package struct DeviceReport: Codable, Hashable, Sendable {
  package let name: String
  /// What the device says of itself.
  package let facts: [MachineReport.Fact]
  /// What it has been seen to do at best.
  package let limits: DeviceLimits
  /// Each way in which the device was used, against the reference.
  package let parity: [Parity]
  /// Single ops, warm.
  package let ops: [Workload]
  package let networks: [Workload]
  /// nil where the built-in network was not asked for.
  package let firstRun: FirstRun?
  /// What there was no time for, or what does not run here.
  package let leftOut: [String]

  package init(
    name: String, facts: [MachineReport.Fact], limits: DeviceLimits, parity: [Parity],
    ops: [Workload], networks: [Workload], firstRun: FirstRun?, leftOut: [String]
  ) {
    (self.name, self.facts, self.limits) = (name, facts, limits)
    (self.parity, self.ops, self.networks) = (parity, ops, networks)
    (self.firstRun, self.leftOut) = (firstRun, leftOut)
  }

  /// Seconds of whole processes that run the built-in network once.
  package struct FirstRun: Codable, Hashable, Sendable {
    /// Height x width of the picture.
    package let size: String
    /// With no program kept from before.
    package let firstSeconds: Double
    /// With the programs that the first has left.
    package let secondSeconds: Double

    package init(size: String, firstSeconds: Double, secondSeconds: Double) {
      self.size = size
      (self.firstSeconds, self.secondSeconds) = (firstSeconds, secondSeconds)
    }
  }

  /// Cases of ops in one use of the device.
  package struct Parity: Codable, Hashable, Sendable {
    /// The use.
    package let executor: String
    package let topics: [Topic]
    /// Cases that there was no time for.
    package let skipped: Int
    package let failures: [Failure]

    package init(executor: String, topics: [Topic], skipped: Int, failures: [Failure]) {
      (self.executor, self.topics) = (executor, topics)
      (self.skipped, self.failures) = (skipped, failures)
    }

    package var cases: Int { topics.reduce(0) { $0 + $1.cases } }
    package var agreed: Int { topics.reduce(0) { $0 + $1.agreed } }
  }

  /// Cases about one kind of op.
  package struct Topic: Codable, Hashable, Sendable {
    package let name: String
    package let cases: Int
    package let agreed: Int
    /// The largest normalised mean squared error; nil where it is infinite or none was compared.
    package let worstError: Double?

    package init(name: String, cases: Int, agreed: Int, worstError: Double?) {
      (self.name, self.cases, self.agreed) = (name, cases, agreed)
      self.worstError = worstError
    }
  }

  /// A case that does not agree.
  package struct Failure: Codable, Hashable, Sendable {
    /// The op with its operands.
    package let op: String
    /// Such as `disagrees` or `crashes`.
    package let fault: String

    package init(op: String, fault: String) { (self.op, self.fault) = (op, fault) }
  }
}

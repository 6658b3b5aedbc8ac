/// A network that stands on Restormer's backbone, and what follows from that alone.
package protocol RestormerFamily: RecognizableNetwork {
  associatedtype Configuration: RestormerConfiguration

  var configuration: Configuration { get set }
}

/// The fields that all configurations of the family have.
package protocol RestormerConfiguration {
  var inputChannels: Int { get }
  var outputChannels: Int { get }
  var backbone: RestormerBackbone { get set }
}

extension RestormerFamily {
  package var inputChannels: Int { configuration.inputChannels }
  package var outputChannels: Int { configuration.outputChannels }
  package var sizeMultiple: Int { RestormerBackbone.sizeMultiple }
  /// The attention's similarities are sums over all pixels.
  package var hasGlobalOperators: Bool { true }
}

extension RestormerFamily where Self: LocallyConvertible {
  package var localStatistics: LocalStatistics? {
    get { configuration.backbone.localStatistics }
    set { configuration.backbone.localStatistics = newValue }
  }
}

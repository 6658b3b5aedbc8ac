import IR

extension LPIPS {
  package var inputChannels: Int { 3 }
  package var outputChannels: Int { 1 }
  package var sizeMultiple: Int { 1 }
  package var hasGlobalOperators: Bool { true }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("pnet_type", .text(backbone.rawValue)),
      Hyperparameter("chns", .integers(widths)),
    ]
  }

  package var manifest: Manifest {
    get throws(Fault) { try graph(height: 32, width: 32).manifest }
  }

  package static var specimens: [LPIPS] { Backbone.allCases.map { LPIPS($0) } }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    let isDeep = checkpoint.has("net.slice1.2.weight", as: "a second convolution")
    let backbone = isDeep ? Backbone.vgg : .alex
    var widths: [Int] = []
    for (number, stage) in backbone.stages.enumerated() {
      let layer = "net.slice\(number + 1).\(stage.layers[0]).weight"
      widths.append(try checkpoint.extent(0, of: layer, rank: 4, as: "chns[\(number)]"))
    }
    self.init(backbone, widths: widths)
  }

  /// The package's module holds its linear layers twice.
  package static func isBuffer(_ name: String) -> Bool { name.hasPrefix("lins.") }
}

import IR
import Tensors

/// Demosaicnet, layers that find the colours between those of a mosaic. The image has the colours
/// that a sensor saw, and zeros for others.
///
/// Gharbi, Chaurasia, Paris, Durand: Deep Joint Demosaicking and Denoising, ACM Transactions on
/// Graphics 2016, in the form of the authors' package.
package struct Demosaicnet: ImageNetwork, Hashable {
  package static let name = "Demosaicnet"

  package struct Configuration: Hashable, Sendable {
    package var mosaic = Mosaic.bayer
    package var features = 64
    /// Layers before the mosaic is added.
    package var layers = 15

    package init() {}
  }

  package enum Mosaic: String, Hashable, Sendable {
    /// Of squares of 2 x 2 pixels, which become channels.
    case bayer
    case xtrans
  }

  package var configuration: Configuration

  package init(_ configuration: Configuration) { self.configuration = configuration }

  package func callAsFunction(_ image: Tensor, _ w: Weights) -> Tensor {
    let mosaic = continued(image)
    let seen = features(of: mosaic, w)
    let processor = w.fullres_processor
    return mosaic.trimmed((mosaic.height - seen.height) / 2).concatenated(with: seen)
      .conv(processor.post_conv, to: configuration.features, kernel: 3, padding: 0).relu
      .conv(processor.output, to: outputChannels)
      .trimmed(margin - taken).cropped(height: image.height, width: image.width)
  }

  /// With what the layers take away around it: in a mosaic of squares what a mirror shows,
  /// elsewhere the outermost period again and again.
  private func continued(_ image: Tensor) -> Tensor {
    guard configuration.mosaic == .xtrans else {
      return image.reflected(
        by: Edges(
          top: margin, left: margin, bottom: margin + image.height % 2,
          right: margin + image.width % 2))
    }
    let (period, count) = (sizeMultiple, margin / sizeMultiple)
    let whole = image.padded(
      .replicate,
      Edges(bottom: max(0, period - image.height), right: max(0, period - image.width)))
    return [2, 3].reduce(whole) { x, axis in
      let first = x.sliced(axis: axis, from: 0, count: period)
      let last = x.sliced(axis: axis, from: x.shape[axis] - period, count: period)
      let parts = Array(repeating: first, count: count) + [x]
      return (parts + Array(repeating: last, count: count)).concatenated(alongAxis: axis)
    }
  }

  private func features(of mosaic: Tensor, _ w: Weights) -> Tensor {
    let (layers, width) = (configuration.layers, configuration.features)
    let isBayer = configuration.mosaic == .bayer
    let packed =
      isBayer ? mosaic.conv(w.main_processor.pack_mosaic, to: 4, kernel: 2, stride: 2) : mosaic
    let made = (1...layers).reduce(packed) { x, layer in
      let out = isBayer && layer == layers ? 2 * width : width
      return x.conv(w.main_processor["conv\(layer)"], to: out, kernel: 3, padding: 0).relu
    }
    guard isBayer else { return made }
    let halves = made.split(2)
    return (halves[0] * halves[1]).conv(w.residual_predictor, to: 12)
      .transposedConv(w.upsampler, to: 3, kernel: 2, stride: 2, groups: 3)
  }
}

extension Demosaicnet {
  package var inputChannels: Int { 3 }
  package var outputChannels: Int { 3 }
  /// The period of the mosaic.
  package var sizeMultiple: Int { configuration.mosaic == .bayer ? 2 : 6 }
  package var hasGlobalOperators: Bool { false }

  /// Pixels that the layers take away on every side.
  fileprivate var taken: Int { configuration.layers * (configuration.mosaic == .bayer ? 2 : 1) + 1 }

  /// Those, in whole periods.
  fileprivate var margin: Int { (taken + sizeMultiple - 1) / sizeMultiple * sizeMultiple }

  package var hyperparameters: [Hyperparameter] {
    [
      Hyperparameter("mosaic", .text(configuration.mosaic.rawValue)),
      Hyperparameter("width", .integer(configuration.features)),
      Hyperparameter("depth", .integer(configuration.layers)),
    ]
  }

  package static var specimens: [Demosaicnet] {
    var xtrans = Configuration()
    xtrans.mosaic = .xtrans
    return [Demosaicnet(.init()), Demosaicnet(xtrans)]
  }

  package init(recognizing checkpoint: inout CheckpointReader) throws(Refusal) {
    var found = Configuration()
    let isPacked = checkpoint.has("main_processor.pack_mosaic.weight", as: "bayer")
    found.mosaic = isPacked ? .bayer : .xtrans
    found.features = try checkpoint.extent(
      0, of: "fullres_processor.post_conv.weight", rank: 4, as: "width")
    found.layers = 0
    while found.layers < 1000, checkpoint.holds("main_processor.conv\(found.layers + 1).weight") {
      found.layers += 1
    }
    guard found.layers > 0 else {
      throw checkpoint.refusal("main_processor.conv1.weight", "is missing")
    }
    self.init(found)
  }
}

extension LPIPS {
  /// The classifier, under the package's name.
  package enum Backbone: String, Sendable, CaseIterable {
    /// AlexNet: A. Krizhevsky, "One weird trick for parallelizing convolutional neural networks",
    /// 2014, arXiv 1404.5997.
    case alex
    /// VGG-16: K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
    /// Recognition", ICLR 2015, arXiv 1409.1556.
    case vgg
  }
}

extension LPIPS.Backbone {
  /// Convolutions that the distance looks behind.
  struct Stage {
    /// Whether max pooling comes first.
    let isPooled: Bool
    /// Their numbers among torchvision's `features`.
    let layers: [Int]
  }

  var stages: [Stage] {
    switch self {
    case .alex:
      [
        Stage(isPooled: false, layers: [0]), Stage(isPooled: true, layers: [3]),
        Stage(isPooled: true, layers: [6]), Stage(isPooled: false, layers: [8]),
        Stage(isPooled: false, layers: [10]),
      ]
    case .vgg:
      [
        Stage(isPooled: false, layers: [0, 2]), Stage(isPooled: true, layers: [5, 7]),
        Stage(isPooled: true, layers: [10, 12, 14]), Stage(isPooled: true, layers: [17, 19, 21]),
        Stage(isPooled: true, layers: [24, 26, 28]),
      ]
    }
  }

  /// Channels of the stages as they were published.
  var widths: [Int] {
    switch self {
    case .alex: [64, 192, 384, 256, 256]
    case .vgg: [64, 128, 256, 512, 512]
    }
  }

  /// Of the windows of max pooling, in pixels.
  var poolSide: Int {
    switch self {
    case .alex: 3
    case .vgg: 2
    }
  }

  /// How the convolutions of a stage look at their input.
  func window(ofStage stage: Int) -> (kernel: Int, stride: Int, padding: Int) {
    switch (self, stage) {
    case (.alex, 0): (11, 4, 2)
    case (.alex, 1): (5, 1, 2)
    default: (3, 1, 1)
    }
  }

  /// Below which there is nothing left to pool, in pixels.
  package var smallestSide: Int {
    switch self {
    case .alex: 31
    case .vgg: 16
    }
  }
}

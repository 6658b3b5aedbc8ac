import IR
import Tensors

/// The test-time local converter (TLC): statistics that a network learned on crops are taken over
/// windows about as large as those crops instead of over the whole image.
///
/// Chu, Chen, Chen, Lu: Improving Image Restoration by Revisiting Global Information Aggregation,
/// ECCV 2022, arXiv 2112.04491. Official code: megvii-research/TLC.
package struct LocalStatistics: Codable, Hashable, Sendable {
  /// Side of the training crops, in pixels.
  package var trainingSize = 256
  /// Side of the windows in pixels of the full resolution; the official variants take half as
  /// much again as the crops.
  package var windowSize = 384

  package init(trainingSize: Int = 256, windowSize: Int? = nil) {
    self.trainingSize = trainingSize
    self.windowSize = windowSize ?? trainingSize + trainingSize / 2
  }

  /// Side of the windows on a level of 1 / 2^`level` the resolution, at least 1.
  func window(atLevel level: Int) -> Int {
    max((trainingSize >> level) * windowSize / max(trainingSize, 1), 1)
  }
}

extension Tensor {
  /// The mean over the window around every pixel: as small a map as says it, (N, C, 1, 1) for
  /// windows that hold the whole map; see ``spread(over:)``.
  func pooled(within window: Int?) -> Tensor {
    guard let window, window < height || window < width else { return pooled }
    return localMeans(height: min(window, height), width: min(window, width))
  }

  /// Local means on the pixels of `map`: each on its window's centre, those at the borders
  /// repeated outwards. Single means stay as they are.
  func spread(over map: Tensor) -> Tensor {
    guard height > 1 || width > 1 else { return self }
    let (rows, columns) = (map.height - height, map.width - width)
    return padded(
      .replicate,
      Edges(
        top: rows / 2, left: columns / 2, bottom: rows - rows / 2, right: columns - columns / 2))
  }
}

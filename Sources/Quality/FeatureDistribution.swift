import CQuality

/// A Gaussian over features.
struct FeatureDistribution {
  let mean: [Double]
  /// Symmetric.
  let covariance: [[Double]]

  /// That of blocks. What a feature is not known of does not count for its mean, and a block with
  /// such a feature not for the covariance, which is zero of a single block.
  init(_ blocks: [[Double]]) {
    mean = blocks[0].indices.map { feature in
      Self.mean(blocks.map { $0[feature] }.filter { !$0.isNaN })
    }
    let known = blocks.filter { !$0.contains(where: \.isNaN) }
    let centre = blocks[0].indices.map { feature in Self.mean(known.map { $0[feature] }) }
    let freedom = Double(known.count > 1 ? known.count - 1 : known.count)
    covariance = centre.indices.map { row in
      centre.indices.map { column in
        known.reduce(0) { $0 + ($1[row] - centre[row]) * ($1[column] - centre[column]) } / freedom
      }
    }
  }

  fileprivate init(mean: [Double], covariance: [[Double]]) {
    (self.mean, self.covariance) = (mean, covariance)
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }
}

/// What NIQE compares with: features of 125 pristine pictures, from LIVE's release of it.
struct PristinePictures {
  private let features: FeatureDistribution

  static let shared = PristinePictures()

  private init() {
    let count = 36
    let bytes = UnsafeRawBufferPointer(start: limpid_niqe(), count: limpid_niqe_length())
    let values = bytes.bindMemory(to: UInt64.self).map {
      Double(bitPattern: UInt64(littleEndian: $0))
    }
    let rows = (1...count).map { Array(values[count * $0..<count * ($0 + 1)]) }
    features = FeatureDistribution(mean: Array(values[..<count]), covariance: rows)
  }

  /// The Mahalanobis distance of the means under the mean of the covariances: that of the paper's
  /// equation 10.
  func distance(to other: FeatureDistribution) -> Double {
    let covariance = zip(features.covariance, other.covariance).map { a, b in
      zip(a, b).map { ($0 + $1) / 2 }
    }
    let difference = zip(features.mean, other.mean).map { $0 - $1 }
    let whitened = CholeskyFactor(covariance).solve(difference)
    return whitened.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}

import IR
import Tensors

/// All registered graph cases: patterns that an executor may fuse, and whole blocks.
package enum GraphCases {
  package static let all: [GraphCase] =
    FusionCases.all + WinogradCases.all + BlockCases.all + StructureCases.all
    + QuantisedCases.all
}

import Tensors

/// Whether a model may compute in half precision, as `limpid precision` found.
package struct PrecisionVerdict: Hashable, Codable, Sendable {
  /// `.f16` where half precision is harmless, else `.f32`.
  package let dtype: DType
  /// ``Model/digest`` of what was measured.
  package let model: String
  package let evidence: [HalfEvidence]

  package init(_ dtype: DType, of model: String, _ evidence: [HalfEvidence]) {
    (self.dtype, self.model, self.evidence) = (dtype, model, evidence)
  }

  /// One harmful way of computing in halves is enough for f32; f16 takes harmless ones, one of them
  /// by matrix units.
  /// - Returns: nil where the evidence allows neither.
  package init?(of model: String, _ evidence: [HalfEvidence]) {
    if !evidence.allSatisfy(\.isHarmless) {
      self.init(.f32, of: model, evidence)
    } else if evidence.contains(where: \.mode.usesMatrixUnits) {
      self.init(.f16, of: model, evidence)
    } else {
      return nil
    }
  }

  /// The rule on one line.
  package static let rule =
    "f16 where every picture has at least \(Int(HalfEvidence.leastPSNR)) dB against f32, no value "
    + "differs by more than \(Int(HalfEvidence.mostSteps)) steps of 1/255 and all are finite"
}

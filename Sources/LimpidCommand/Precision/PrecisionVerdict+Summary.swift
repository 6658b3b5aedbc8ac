import Models

extension PrecisionVerdict {
  /// On one line.
  var summary: String {
    let costs = evidence.map { evidence in
      let psnr = evidence.psnr.map { "\($0.fixed(1)) dB" } ?? "equal"
      return "\(evidence.mode.title): \(psnr), \(evidence.steps.fixed(2)) steps, "
        + "\(evidence.nonFinite) non-finite"
    }
    return "half precision: \(dtype) (\(costs.joined(separator: "; ")))"
  }

  var object: JSON {
    .object([
      ("dtype", .text(dtype.rawValue)),
      (
        "evidence",
        .list(
          evidence.map {
            .object([
              ("mode", .text($0.mode.rawValue)), ("device", .text($0.device)),
              ("pictures", .integer($0.pictures)), ("psnr", $0.psnr.map(JSON.number) ?? .null),
              ("steps", .number($0.steps)), ("non_finite", .integer($0.nonFinite)),
            ])
          })
      ),
    ])
  }
}

/// Linear multistep (Adams-Bashforth) integration over the noise ratio (Crowson, k-diffusion), of
/// order 4 as soon as there are as many slopes.
package struct LMS: Sampler {
  private static let order = 4

  package var schedule: Schedule

  package init(_ schedule: Schedule) { self.schedule = schedule }

  package func program(steps: Int) throws(SchedulerError) -> SamplerProgram {
    let path = try SigmaPath(schedule, steps: steps)
    return try SamplerProgram(
      initialScale: path.initialScale(schedule.spacing),
      steps: path.timesteps.indices.map { index in
        let sigma = path.sigmas[index]
        let slope = schedule.prediction.estimate(signal: 1, noise: sigma).epsilon
        let slopes = [slope] + (0..<Self.order - 1).map(Combination.slot)
        let nodes = (0..<min(index + 1, Self.order)).map { path.sigmas[index - $0] }
        let weights = Self.weights(nodes, from: sigma, to: path.sigmas[index + 1])
        return SamplerProgram.Step(
          timestep: path.timesteps[index], inputScale: SigmaPath.inputScale(sigma),
          sample: zip(weights, slopes).reduce(.sample) { $0 + $1.0 * $1.1 },
          slots: Array(slopes.dropLast()))
      })
  }

  /// The integrals of the Lagrange polynomials on `nodes`.
  private static func weights(_ nodes: [Double], from start: Double, to end: Double) -> [Double] {
    nodes.indices.map { chosen in
      // The polynomial's coefficients in tau - start, lowest power first.
      var polynomial = [1.0]
      for other in nodes.indices where other != chosen {
        let root = nodes[other] - start
        let scale = 1 / (nodes[chosen] - nodes[other])
        let raised = [0] + polynomial
        let lowered = polynomial.map { -root * $0 } + [0]
        polynomial = zip(raised, lowered).map { scale * ($0 + $1) }
      }
      let width = end - start
      return polynomial.enumerated().reversed().reduce(0) { sum, term in
        (sum + term.element / Double(term.offset + 1)) * width
      }
    }
  }
}

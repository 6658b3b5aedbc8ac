/// How the work of a group normalization's coefficients is cut. It decides the order of sums, so it
/// depends on one image alone.
struct GroupNormCut {
  let program: ProgramText
  /// Rows of a part of an image, and how many parts an image has.
  let partRows: Int
  let parts: Int
  /// Work-items for the moments of an image's parts, and for the coefficients of its groups.
  let momentItems: Int
  let coefficientItems: Int
  let local: [Int]?

  init(_ source: Placement, groups: Int, for target: Target) {
    switch target.family {
    case .cpu:
      program = ProgramText(file: "portable/group_norm_coefficient")
      partRows = max(1, partElements / source.lanes)
      parts = ceilDivide(source.rowsPerImage, by: partRows)
      (momentItems, coefficientItems) = (parts, groups)
      local = target.local(2)
    case .gpu:
      var text = ProgramText(file: "gpu/group_norm_coefficient")
      text.define("TEAM", GPUTeams.momentTeam)
      text.define("ROWS", GPUTeams.momentRows)
      text.define("VECTORS", GPUTeams.momentVectors)
      program = text
      partRows = GPUTeams.momentTeam * GPUTeams.momentRows
      parts = ceilDivide(source.rowsPerImage, by: partRows)
      let blocks = ceilDivide(source.lanes / target.width, by: GPUTeams.momentVectors)
      let threads = GPUTeams.momentTeam * GPUTeams.momentVectors
      (momentItems, coefficientItems) = (blocks * parts * threads, groups * threads)
      local = [threads, 1]
    }
  }
}

/// Elements of a part of an image: few enough to stay in a cache between the two passes over them.
private let partElements = 8192

/// How the lines of images are cut for steps that take turns.
struct Bands {
  struct Band: Equatable {
    let image: Int
    /// What the last steps compute.
    let lines: Range<Int>
    /// What the first computes: up to the last line that the window over `lines` sees, less what
    /// the band before has computed. May be empty.
    let fresh: Range<Int>
  }

  let images: Int
  let height: Int
  /// Pixels of a line.
  let width: Int
  /// Lines of a band; the last may have fewer.
  let lines: Int
  /// Lines that the window between the steps sees above and below its own.
  let above: Int
  let below: Int

  /// Lines that have to be kept between the first step and the window.
  var ring: Int { min(height, lines + above + below) }

  var all: [Band] {
    (0..<images).flatMap { image in
      stride(from: 0, to: height, by: lines).map { start in
        let end = min(start + lines, height)
        return Band(
          image: image, lines: start..<end,
          fresh: (start == 0 ? 0 : min(start + below, height))..<min(end + below, height))
      }
    }
  }

  /// The number of the first pixel of a line.
  func pixel(_ line: Int, of band: Band) -> Int { (band.image * height + line) * width }
}

/// The part of one step in steps that take turns.
struct BandMember {
  let bands: Bands
  /// What the step before leaves; nil for the first step, which reads a whole value.
  var operand: Storage?
  /// Where the step after reads; nil for the last step, which writes a whole value.
  var result: Storage?
}

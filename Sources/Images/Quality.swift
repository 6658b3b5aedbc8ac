import Glibc

/// Peak signal-to-noise ratio in decibels as BasicSR computes it: colours rounded to 8 bits,
/// `20 * log10(255 / rmse)` over all of them, alpha left out.
/// - Returns: infinity for equal pictures; nil when sizes or numbers of colours differ.
package func psnr(_ a: Image, _ b: Image) -> Double? {
  let colours = a.channels.colourCount
  guard a.width == b.width, a.height == b.height, colours == b.channels.colourCount else {
    return nil
  }
  let count = colours * a.pixelCount
  var sum = 0
  for i in 0..<count {
    let difference =
      Int(Samples.quantised(a.samples[i], 255)) - Int(Samples.quantised(b.samples[i], 255))
    sum += difference * difference
  }
  guard sum > 0 else { return .infinity }
  return 20 * log10(255 / (Double(sum) / Double(count)).squareRoot())
}

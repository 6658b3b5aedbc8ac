extension Comparable {
  /// The value of `range` that is nearest; what is neither less nor greater, NaN, stays as it is.
  @inlinable package func clamped(to range: ClosedRange<Self>) -> Self {
    // The order of the arguments is what lets NaN pass.
    min(max(self, range.lowerBound), range.upperBound)
  }
}

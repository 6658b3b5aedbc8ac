import Pictures

extension Picture {
  /// Takes its planes from the beginning of `values`; nil when there are not as many.
  init?(first width: Int, _ height: Int, of values: inout ArraySlice<Float>) {
    guard width > 0, height > 0 else { return nil }
    let (area, overflow) = width.multipliedReportingOverflow(by: height)
    let (size, overflows) = area.multipliedReportingOverflow(by: 3)
    guard !overflow, !overflows, values.count >= size else { return nil }
    self.init(width: width, height: height, planes: Array(values.prefix(size)))
    values = values.dropFirst(size)
  }
}

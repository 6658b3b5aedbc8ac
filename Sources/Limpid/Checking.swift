import Restoration

/// - Throws: ``LimpidError`` of kind `invalidRequest`.
func require(_ isMet: Bool, _ complaint: String) throws(LimpidError) {
  guard isMet else { throw LimpidError(.invalidRequest, complaint) }
}

/// A number that is in its range; NaN is in none.
/// - Throws: ``LimpidError`` of kind `invalidRequest`.
func checked<Number: Comparable>(
  _ number: Number, in range: ClosedRange<Number>, _ name: String
) throws(LimpidError) -> Number {
  try require(
    range.contains(number),
    "\(name): \(number) is not in \(range.lowerBound)...\(range.upperBound)")
  return number
}

/// nil, or a number that is in its range.
/// - Throws: ``LimpidError`` of kind `invalidRequest`.
func checked<Number: Comparable>(
  _ number: Number?, in range: ClosedRange<Number>, _ name: String
) throws(LimpidError) -> Number? {
  guard let number else { return nil }
  return try checked(number as Number, in: range, name) as Number
}

/// A text on one line.
/// - Throws: ``LimpidError`` for what is too long or cannot be printed.
func line(_ text: String) throws(LimpidError) -> String {
  do {
    return try ImageTexts.line(text)
  } catch {
    throw LimpidError(error)
  }
}

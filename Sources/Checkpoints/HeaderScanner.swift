import JSON

/// Reads the JSON subset of safetensors headers: objects, arrays, strings and whole numbers. Faults
/// name the place in the header that they concern.
///
/// The caller asks for what the format prescribes at each point, so nothing recurses and anything
/// nested deeper than the format is refused as unexpected.
struct HeaderScanner {
  private var json: JSONScanner
  /// What the faults name.
  var place = SafetensorsPlace.header

  init(_ bytes: [UInt8]) { json = JSONScanner(bytes) }

  var offset: Int { json.offset }

  func peek() -> UInt8? { json.peek() }

  mutating func consume(_ byte: UInt8) -> Bool { json.consume(byte) }

  mutating func expect(_ character: Unicode.Scalar) throws(SafetensorsError) {
    try read { (json) throws(JSONFault) in try json.expect(character) }
  }

  mutating func member(after index: Int) throws(SafetensorsError) -> String? {
    try read { (json) throws(JSONFault) in try json.member(after: index) }
  }

  mutating func element(after index: Int) throws(SafetensorsError) -> Bool {
    try read { (json) throws(JSONFault) in try json.element(after: index) }
  }

  mutating func wholeNumber() throws(SafetensorsError) -> Int {
    try read { (json) throws(JSONFault) in try json.wholeNumber() }
  }

  mutating func string() throws(SafetensorsError) -> String {
    try read { (json) throws(JSONFault) in try json.string() }
  }

  private mutating func read<Value>(
    _ part: (inout JSONScanner) throws(JSONFault) -> Value
  ) throws(SafetensorsError) -> Value {
    do throws(JSONFault) {
      return try part(&json)
    } catch {
      throw .json(error, in: place)
    }
  }
}

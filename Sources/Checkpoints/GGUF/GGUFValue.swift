/// A metadata value of a GGUF file.
package enum GGUFValue: Sendable, Hashable {
  case whole(Int)
  case real(Double)
  case boolean(Bool)
  case string(String)
  case wholes([Int])
  case reals([Double])
  case booleans([Bool])
  case strings([String])
}

extension GGUFCursor {
  /// Reads a value of the type whose number stands in front of it.
  mutating func value(of key: String) throws(GGUFError) -> GGUFValue {
    let place = GGUFPlace.value(key: key)
    let type = try number(UInt32.self, of: place)
    guard type == Self.array else {
      switch try elements(of: key, type, count: 1) {
      case .wholes(let values): return .whole(values[0])
      case .reals(let values): return .real(values[0])
      case .booleans(let values): return .boolean(values[0])
      case .strings(let values): return .string(values[0])
      case let value: return value
      }
    }
    let elementType = try number(UInt32.self, of: place)
    guard elementType != Self.array else { throw .nestedArray(key: key) }
    let size = try Self.size(of: elementType, key)
    let count = try count(of: place, limit: GGUFLimits.arrayElements, size: size)
    return try elements(of: key, elementType, count: count)
  }

  private static let array: UInt32 = 9

  /// The least bytes that an element takes.
  private static func size(of type: UInt32, _ key: String) throws(GGUFError) -> Int {
    switch type {
    case 0, 1, 7: 1
    case 2, 3: 2
    case 4, 5, 6: 4
    case 8, 10, 11, 12: 8
    default: throw .valueType(key: key, type)
    }
  }

  private mutating func elements(
    of key: String, _ type: UInt32, count: Int
  ) throws(GGUFError) -> GGUFValue {
    switch type {
    case 0: .wholes(try wholes(UInt8.self, of: key, count))
    case 1: .wholes(try wholes(Int8.self, of: key, count))
    case 2: .wholes(try wholes(UInt16.self, of: key, count))
    case 3: .wholes(try wholes(Int16.self, of: key, count))
    case 4: .wholes(try wholes(UInt32.self, of: key, count))
    case 5: .wholes(try wholes(Int32.self, of: key, count))
    case 10: .wholes(try wholes(UInt64.self, of: key, count))
    case 11: .wholes(try wholes(Int64.self, of: key, count))
    case 6:
      .reals(
        try repeated(count) { cursor throws(GGUFError) in
          Double(Float(bitPattern: try cursor.number(of: .value(key: key))))
        })
    case 12:
      .reals(
        try repeated(count) { cursor throws(GGUFError) in
          Double(bitPattern: try cursor.number(of: .value(key: key)))
        })
    case 7:
      .booleans(
        try repeated(count) { cursor throws(GGUFError) in
          try cursor.number(UInt8.self, of: .value(key: key)) != 0
        })
    case 8:
      .strings(
        try repeated(count) { cursor throws(GGUFError) in
          try cursor.string(of: .value(key: key))
        })
    default: throw .valueType(key: key, type)
    }
  }

  private mutating func wholes<Number: FixedWidthInteger>(
    _ type: Number.Type, of key: String, _ count: Int
  ) throws(GGUFError) -> [Int] {
    try repeated(count) { cursor throws(GGUFError) in
      let number = try cursor.number(type, of: .value(key: key))
      guard let whole = Int(exactly: number) else {
        throw .value(key: key, expected: "below 2^63")
      }
      return whole
    }
  }

  private mutating func repeated<Element>(
    _ count: Int, _ next: (inout GGUFCursor) throws(GGUFError) -> Element
  ) throws(GGUFError) -> [Element] {
    var elements: [Element] = []
    elements.reserveCapacity(count)
    for _ in 0..<count { elements.append(try next(&self)) }
    return elements
  }
}

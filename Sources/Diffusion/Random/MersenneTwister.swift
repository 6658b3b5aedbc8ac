/// The 32-bit Mersenne twister MT19937 (Matsumoto and Nishimura, 1998).
package struct MersenneTwister: Sendable {
  private static let size = 624
  private var state: [UInt32]
  private var next = Self.size

  package init(seed: UInt32) {
    state = [seed]
    state.reserveCapacity(Self.size)
    for index in 1..<Self.size {
      let last = state[index - 1]
      state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(index))
    }
  }

  /// The next tempered word.
  package mutating func word() -> UInt32 {
    if next == Self.size { twist() }
    var y = state[next]
    next += 1
    y ^= y >> 11
    y ^= (y << 7) & 0x9d2c_5680
    y ^= (y << 15) & 0xefc6_0000
    return y ^ (y >> 18)
  }

  private mutating func twist() {
    for index in 0..<Self.size {
      let upper = state[index] & 0x8000_0000
      let lower = state[(index + 1) % Self.size] & 0x7fff_ffff
      let y = upper | lower
      let odd: UInt32 = y & 1 == 0 ? 0 : 0x9908_b0df
      state[index] = state[(index + 397) % Self.size] ^ (y >> 1) ^ odd
    }
    next = 0
  }
}

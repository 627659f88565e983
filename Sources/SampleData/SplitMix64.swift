/// A small random number generator whose sequence is fixed by its seed on every platform.
///
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014,
/// DOI 10.1145/2660193.2660195.
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Uniform in 0 ..< 1.
  mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Roughly normal: mean 0, standard deviation 1, never beyond ±6 (the sum of twelve uniforms).
  mutating func noise() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += fraction() }
    return sum
  }

  /// `count` lower-case hexadecimal digits.
  mutating func hex(_ count: Int) -> String {
    var text = ""
    while text.count < count {
      let digits = String(next(), radix: 16)
      text += String(repeating: "0", count: 16 - digits.count) + digits
    }
    return String(text.prefix(count))
  }
}

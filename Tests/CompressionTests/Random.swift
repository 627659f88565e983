/// The same numbers for the same seed, here and in `Tests/CompressionFiles/generate.py`.
struct Random {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % limit
  }

  /// Bytes with repeats of all distances, of few or many letters of uneven frequency.
  mutating func bytes(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    let alphabet = 1 + next(256)
    while bytes.count < count {
      if bytes.isEmpty || next(3) == 0 {
        for _ in 0...next(40) { bytes.append(UInt8(next(1 + next(alphabet)))) }
      } else {
        let far = next(2) == 0 ? 12 : 70_000
        let distance = 1 + next(min(bytes.count, far))
        for _ in 0...next(300) { bytes.append(bytes[bytes.count - distance]) }
      }
    }
    return Array(bytes.prefix(count))
  }

  /// The bytes with one to three of them changed or the end cut off.
  mutating func damage(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    guard !bytes.isEmpty else { return bytes }
    for _ in 0...next(3) { bytes[next(bytes.count)] ^= UInt8(1 + next(255)) }
    if next(4) == 0 { bytes.removeLast(next(bytes.count)) }
    return bytes
  }
}

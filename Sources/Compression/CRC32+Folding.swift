import CZlib

extension CRC32 {
  /// From how many bytes on folding is faster than zlib's tables.
  static let leastFolded = 1 << 14

  /// A byte taken out is added to those that lie so far behind it.
  private static let near = 2727
  private static let middle = 3935
  private static let far = 5686
  /// Bytes taken out at a time.
  private static let step = 1 << 14

  /// The CRC-32 of a long run of bytes behind others, 16 bytes at a time and without tables.
  ///
  /// A CRC is what the bytes, read as a polynomial, leave when divided by one of degree 32. That one
  /// also divides x^(8·5686) + x^(8·2959) + x^(8·1751) + 1, as computing these powers shows. So what is
  /// left stays the same when a byte is taken out and XORed to the bytes 2727, 3935 and 5686 places
  /// behind it. All but the last 5686 bytes go that way; what these leave is what all of them do.
  ///
  /// Source: Russell, Chorba: A novel CRC32 implementation, arXiv:2412.16398. Of the multiples with
  /// four terms, all whole bytes apart, this one is the shortest that has no step below 2 KiB: nearer
  /// bytes would be loaded while they are still on their way to the cache.
  ///
  /// SAFETY: `bytes` has `count` bytes.
  ///
  /// - Precondition: `count` is `far` or more.
  static func folded(_ bytes: UnsafeRawPointer, count: Int, after value: UInt32) -> UInt32 {
    unsafe withUnsafeTemporaryAllocation(byteCount: far + step + 32, alignment: 16) { buffer in
      // SAFETY: `far` bytes that were taken out before, then a step's, then as many as are written
      // too much; every part lies `near` bytes or more behind what it is made of.
      guard let taken = buffer.baseAddress else { return value }
      unsafe taken.initializeMemory(as: UInt8.self, repeating: 0, count: far)
      let present = unsafe taken + far
      // The sum so far is to be added to the first four bytes: a place `far` before them does it.
      unsafe taken.storeBytes(of: (~value).littleEndian, as: UInt32.self)
      var source = unsafe bytes
      var left = count
      while left >= far + 16 {
        let size = min(step, (left - far) & ~15)
        for place in stride(from: 0, to: size, by: 16) {
          let sum =
            unsafe load(source, place) ^ load(present, place - near)
            ^ load(present, place - middle) ^ load(present, place - far)
          unsafe (present + place).storeBytes(of: sum, as: SIMD4<UInt32>.self)
        }
        unsafe taken.copyMemory(from: taken + size, byteCount: far)
        unsafe source += size
        left -= size
      }
      unsafe addTaken(to: source, count: left, at: present)
      // Without the inversions that zlib makes before and after.
      return unsafe UInt32(
        crc32_z(UInt(UInt32.max), present.assumingMemoryBound(to: UInt8.self), left))
    }
  }

  /// Writes to `present` what the last bytes become: only those taken out before them are added.
  ///
  /// What a part writes too much is overwritten by the next one.
  ///
  /// SAFETY: `count` lies in `far..<far + 16`, and `far` bytes taken out lie before `present`.
  private static func addTaken(
    to source: UnsafeRawPointer, count: Int, at present: UnsafeMutableRawPointer
  ) {
    for place in stride(from: 0, to: near, by: 16) {
      let sum =
        unsafe load(source, place) ^ load(present, place - near) ^ load(present, place - middle)
        ^ load(present, place - far)
      unsafe (present + place).storeBytes(of: sum, as: SIMD4<UInt32>.self)
    }
    for place in stride(from: near, to: middle, by: 16) {
      let sum =
        unsafe load(source, place) ^ load(present, place - middle) ^ load(present, place - far)
      unsafe (present + place).storeBytes(of: sum, as: SIMD4<UInt32>.self)
    }
    for place in stride(from: middle, to: far - 16, by: 16) {
      let sum = unsafe load(source, place) ^ load(present, place - far)
      unsafe (present + place).storeBytes(of: sum, as: SIMD4<UInt32>.self)
    }
    for place in (far - 16)..<count {
      let earlier =
        unsafe place < far ? present.load(fromByteOffset: place - far, as: UInt8.self) : 0
      let sum = unsafe source.load(fromByteOffset: place, as: UInt8.self) ^ earlier
      unsafe (present + place).storeBytes(of: sum, as: UInt8.self)
    }
  }

  @inline(__always)
  private static func load(_ bytes: UnsafeRawPointer, _ place: Int) -> SIMD4<UInt32> {
    unsafe bytes.loadUnaligned(fromByteOffset: place, as: SIMD4<UInt32>.self)
  }
}

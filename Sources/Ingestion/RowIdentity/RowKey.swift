import Columns

/// The hash of one text or of several.
package struct RowKey: Sendable, Hashable {
  let low: UInt64
  let high: UInt64

  /// What empty text and NULL have.
  static let empty = RowKey(low: 0, high: 0)

  var isEmpty: Bool { low == 0 && high == 0 }

  init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// The hash of some bytes, eight at a time, each folded in by a multiplication of its own per lane.
  ///
  /// Source: Wang Yi, "wyhash" (github.com/wangyi-fudan/wyhash), its 64-bit fold of a 128-bit product.
  init(_ text: [UInt8]) {
    // SAFETY: a view of bytes that are all there.
    self = unsafe RowKey(text.span.bytes, 0, text.count)
  }

  /// The hashes of many texts, the empty one where a text is NULL.
  static func keys(of texts: TextVector, _ validity: Validity) -> [RowKey] {
    // SAFETY: a view of bytes that are all there; each load from it is checked.
    let bytes = unsafe texts.bytes.span.bytes
    let offsets = texts.offsets.span
    var keys: [RowKey] = []
    keys.reserveCapacity(texts.count)
    for row in 0..<texts.count {
      if let mask = validity.mask, !mask[row] {
        keys.append(.empty)
      } else {
        keys.append(RowKey(bytes, Int(offsets[row]), Int(offsets[row &+ 1])))
      }
    }
    return keys
  }

  @inline(__always)
  private init(_ bytes: RawSpan, _ start: Int, _ end: Int) {
    if start == end {
      self = .empty
      return
    }
    let length = UInt64(truncatingIfNeeded: end &- start)
    var low = RowKey.fold(length ^ RowKey.keys.0, RowKey.keys.1)
    var high = RowKey.fold(length ^ RowKey.keys.2, RowKey.keys.3)
    var at = start
    while at &+ 8 <= end {
      // SAFETY: any eight bytes are a UInt64, and their place is checked by the load.
      let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
      low = RowKey.fold(low ^ word, RowKey.keys.1)
      high = RowKey.fold(high &+ word, RowKey.keys.3)
      at &+= 8
    }
    var tail: UInt64 = 0
    while at < end {
      // SAFETY: any byte is a UInt8, and its place is checked by the load.
      let byte = unsafe bytes.unsafeLoad(fromByteOffset: at, as: UInt8.self)
      tail = tail &<< 8 | UInt64(byte)
      at &+= 1
    }
    self.low = RowKey.fold(low ^ tail, RowKey.keys.0)
    self.high = RowKey.fold(high &+ tail, RowKey.keys.2) | 1
  }

  /// The hash of this text and another behind it.
  @inline(__always)
  func followed(by other: RowKey) -> RowKey {
    RowKey(
      low: RowKey.fold(low ^ (other.low &<< 23 | other.low &>> 41), RowKey.keys.1),
      high: RowKey.fold(high &+ (other.high &<< 29 | other.high &>> 35), RowKey.keys.3) | 1)
  }

  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.low ^ product.high
  }

  /// Odd numbers with half of their bits set.
  private static let keys: (UInt64, UInt64, UInt64, UInt64) = (
    0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB, 0x8EBC_6AF0_9C88_C6E3, 0x5899_65CC_7537_4CC3
  )
}

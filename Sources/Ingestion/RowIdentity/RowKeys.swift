import Columns

/// Hashes by which the rows of a bill are known again: 128 bits of each row's identity columns.
///
/// Two lanes of 64 bits that share nothing but the bytes. Rows that are not the same get the same 128
/// bits with odds of `n² / 2^129` among `n` rows: 1.5e-21 for a thousand million. What looks repeated is
/// compared by its text before anything is said of it.
struct RowKeys: Sendable {
  /// Both lanes of one row after the other, in the order of the rows.
  private(set) var lanes: [UInt64] = []
  /// Rows without an identity, of which nothing can be said.
  private(set) var missing = 0

  /// No rows.
  init() {}

  /// The rows of identity columns, of which the first is the row's name and must not be empty.
  init(_ columns: [Column]) {
    guard let first = columns.first else { return }
    var sides = [LaneSource(first)]
    for column in columns.dropFirst() { sides.append(LaneSource(column)) }
    lanes.reserveCapacity(first.count * 2)
    for row in 0..<first.count {
      var key = sides[0].lanes(row)
      if key.isEmpty {
        missing += 1
        continue
      }
      for side in 1..<sides.count { key = key.followed(by: sides[side].lanes(row)) }
      lanes.append(key.low)
      lanes.append(key.high)
    }
  }

  /// The key of one row by its texts, nil where the first is empty.
  static func key(of texts: [[UInt8]]) -> RowKey? {
    let parts = texts.map { unsafe RowKey($0.span.bytes, 0, $0.count) }
    guard let first = parts.first, !first.isEmpty else { return nil }
    return parts.dropFirst().reduce(first) { $0.followed(by: $1) }
  }
}

/// The hash of one text or of several.
struct RowKey: Sendable, Hashable {
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
  @inline(__always)
  init(_ bytes: RawSpan, _ start: Int, _ end: Int) {
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

/// The hashes of a column's rows; texts that are kept once are hashed once.
private struct LaneSource {
  private let codes: [UInt32]?
  private let keys: [RowKey]

  init(_ column: Column) {
    switch column.form {
    case .constant(let value):
      codes = [UInt32](repeating: 0, count: column.count)
      keys = [LaneSource.key(value)]
    case .dictionary(let codes, let dictionary):
      self.codes = codes
      keys = LaneSource.flat(dictionary.values)
    case .flat:
      codes = nil
      keys = LaneSource.flat(column)
    }
  }

  @inline(__always)
  func lanes(_ row: Int) -> RowKey {
    if let codes { return keys[Int(codes[row])] }
    return keys[row]
  }

  private static func flat(_ column: Column) -> [RowKey] {
    guard case .flat(.text(let texts), let validity) = column.form else {
      return (0..<column.count).map { key(column.value($0)) }
    }
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

  /// Values that are not text count by what they are printed as; NULL is as empty text.
  private static func key(_ value: Value) -> RowKey {
    if value.isNull { return .empty }
    let bytes: [UInt8] = if case .bytes(let bytes) = value { bytes } else { Array("\(value)".utf8) }
    return unsafe RowKey(bytes.span.bytes, 0, bytes.count)
  }
}

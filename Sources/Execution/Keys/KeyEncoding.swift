import Columns

/// Bytes that are equal exactly when GROUP BY holds two values of one type equal.
enum KeyEncoding {
  static func append(_ value: Value, to bytes: inout [UInt8]) {
    switch value {
    case .null: bytes.append(0)
    case .boolean(let value): bytes += [1, value ? 1 : 0]
    case .int64(let value): appendWord(UInt64(bitPattern: value), to: &bytes)
    case .double(let value): appendWord(bits(value), to: &bytes)
    case .decimal(let value):
      appendWord(UInt64(truncatingIfNeeded: value), to: &bytes)
      appendWord(UInt64(truncatingIfNeeded: value >> 64), to: &bytes)
    case .bytes(let text):
      appendWord(UInt64(text.count), to: &bytes)
      bytes += text
    case .array(let elements):
      appendWord(UInt64(elements.count), to: &bytes)
      for element in elements { append(element, to: &bytes) }
    case .map(let entries):
      appendWord(UInt64(entries.count), to: &bytes)
      let encoded = entries.map { entry in
        var one: [UInt8] = []
        append(entry.key, to: &one)
        append(entry.value, to: &one)
        return one
      }
      for one in encoded.sorted(by: { $0.lexicographicallyPrecedes($1) }) { bytes += one }
    case .row(let fields):
      bytes.append(2)
      for field in fields { append(field, to: &bytes) }
    }
  }

  /// The bits of a double with one zero and one NaN.
  @inline(__always)
  static func bits(_ value: Double) -> UInt64 {
    value.isNaN ? Double.nan.bitPattern : (value + 0.0).bitPattern
  }

  private static func appendWord(_ word: UInt64, to bytes: inout [UInt8]) {
    bytes.append(1)
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
    }
  }
}

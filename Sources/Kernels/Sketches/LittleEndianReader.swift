/// Reads a sketch from its bytes; nil behind their end.
struct LittleEndianReader {
  private let source: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { source = bytes }

  var isAtEnd: Bool { position == source.count }

  mutating func byte() -> UInt8? {
    guard position < source.count else { return nil }
    defer { position += 1 }
    return source[position]
  }

  mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, count <= source.count - position else { return nil }
    defer { position += count }
    // From 0, for callers that count in it.
    return Array(source[position..<(position + count)])[...]
  }

  mutating func integer<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
    let count = Number.bitWidth / 8
    guard let bytes = bytes(count) else { return nil }
    return bytes.reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
  }

  mutating func double() -> Double? { integer(UInt64.self).map { Double(bitPattern: $0) } }
}

extension [UInt8] {
  mutating func append<Number: FixedWidthInteger>(littleEndian number: Number) {
    for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: number >> Number(shift)))
    }
  }

  mutating func append(littleEndian number: Double) { append(littleEndian: number.bitPattern) }
}

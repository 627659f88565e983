/// Writes Thrift's compact protocol.
///
/// Source: Apache Thrift, doc/specs/thrift-compact-protocol.md.
struct ThriftWriter {
  private(set) var bytes: [UInt8] = []
  private var lastField = 0

  mutating func field(_ number: Int, _ value: Int32) {
    header(number, .int32)
    integer(Int64(value))
  }

  mutating func field(_ number: Int, _ value: Int64) {
    header(number, .int64)
    integer(value)
  }

  mutating func field(_ number: Int, _ value: Bool) { header(number, value ? .yes : .no) }

  mutating func field(_ number: Int, byte value: Int8) {
    header(number, .byte)
    bytes.append(UInt8(bitPattern: value))
  }

  mutating func field(_ number: Int, _ value: [UInt8]) {
    header(number, .binary)
    binary(value)
  }

  mutating func field(_ number: Int, _ value: String) { field(number, Array(value.utf8)) }

  mutating func field(_ number: Int, _ body: (inout ThriftWriter) -> Void) {
    header(number, .structure)
    structure(body)
  }

  mutating func field<Element>(
    _ number: Int, listOf kind: ThriftReader.Kind, _ elements: [Element],
    _ body: (inout ThriftWriter, Element) -> Void
  ) {
    header(number, .list)
    if elements.count < 15 {
      bytes.append(UInt8(elements.count) << 4 | kind.rawValue)
    } else {
      bytes.append(0xF0 | kind.rawValue)
      varint(UInt64(elements.count))
    }
    for element in elements { body(&self, element) }
  }

  /// A structure outside a field: an element of a list, or the whole.
  mutating func structure(_ body: (inout ThriftWriter) -> Void) {
    let outer = lastField
    lastField = 0
    body(&self)
    bytes.append(ThriftReader.Kind.stop.rawValue)
    lastField = outer
  }

  mutating func binary(_ value: [UInt8]) {
    varint(UInt64(value.count))
    bytes += value
  }

  mutating func integer(_ value: Int64) {
    varint(UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  mutating func boolean(_ value: Bool) {
    bytes.append(value ? ThriftReader.Kind.yes.rawValue : ThriftReader.Kind.no.rawValue)
  }

  private mutating func varint(_ value: UInt64) {
    var left = value
    while left >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: left) | 0x80)
      left >>= 7
    }
    bytes.append(UInt8(left))
  }

  private mutating func header(_ number: Int, _ kind: ThriftReader.Kind) {
    let delta = number - lastField
    if (1...15).contains(delta) {
      bytes.append(UInt8(delta) << 4 | kind.rawValue)
    } else {
      bytes.append(kind.rawValue)
      integer(Int64(number))
    }
    lastField = number
  }
}

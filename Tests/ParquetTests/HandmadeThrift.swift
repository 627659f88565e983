/// A value of Thrift's compact protocol as a test wants it in the bytes, right or wrong.
///
/// Written apart from the module's own writer, so that a fault in that one does not hide itself.
indirect enum Thrift: Sendable {
  case flag(Bool)
  case byte(Int)
  case i32(Int)
  case i64(Int)
  case binary([UInt8])
  case list([Thrift])
  case structure([Int: Thrift])
  /// Bytes as they are, under the code of a kind.
  case raw(kind: UInt8, [UInt8])

  static func text(_ text: String) -> Thrift { .binary(Array(text.utf8)) }
  static let empty = Thrift.structure([:])

  var kind: UInt8 {
    switch self {
    case .flag(let value): value ? 1 : 2
    case .byte: 3
    case .i32: 5
    case .i64: 6
    case .binary: 8
    case .list: 9
    case .structure: 12
    case .raw(let kind, _): kind
    }
  }

  var bytes: [UInt8] {
    switch self {
    case .flag: return []
    case .byte(let value): return [UInt8(truncatingIfNeeded: value)]
    case .i32(let value), .i64(let value): return varint(zigzag(value))
    case .binary(let value): return varint(UInt64(value.count)) + value
    case .list(let elements):
      let kind = elements.first?.kind ?? 12
      let header: [UInt8] =
        elements.count < 15
        ? [UInt8(elements.count) << 4 | kind] : [0xF0 | kind] + varint(UInt64(elements.count))
      return elements.reduce(into: header) { $0 += $1.bytes }
    case .structure(let fields):
      var bytes: [UInt8] = []
      var last = 0
      for (number, value) in fields.sorted(by: { $0.key < $1.key }) {
        if (1...15).contains(number - last) {
          bytes.append(UInt8(number - last) << 4 | value.kind)
        } else {
          bytes += [value.kind] + varint(zigzag(number))
        }
        bytes += value.bytes
        last = number
      }
      return bytes + [0]
    case .raw(_, let bytes): return bytes
    }
  }
}

func zigzag(_ value: Int) -> UInt64 { UInt64(bitPattern: Int64(value << 1 ^ value >> 63)) }

func varint(_ value: UInt64) -> [UInt8] {
  var bytes: [UInt8] = []
  var left = value
  while left >= 0x80 {
    bytes.append(UInt8(left & 0x7F) | 0x80)
    left >>= 7
  }
  return bytes + [UInt8(left)]
}

import Columns
import Kernels
import Planning

/// Sort keys as texts whose order, byte by byte, is the one wanted.
///
///     ORDER BY name DESC NULLS LAST, n    01 | name, each byte turned around, end | 01 | n, highest first
///
/// Rows that were sorted apart from each other can so be merged whatever their keys are.
enum SortKeyBytes {
  private static let first: UInt8 = 0
  private static let present: UInt8 = 1
  private static let last: UInt8 = 2

  static func column(_ columns: [Column], _ keys: [SortKey], count: Int) -> Column {
    let parts = zip(columns, keys).map(Part.init)
    var texts = TextVector()
    texts.reserve(rows: count, bytes: count * parts.count * 9)
    for row in 0..<count {
      var bytes: [UInt8] = []
      for part in parts { part.append(row, to: &bytes) }
      texts.append(bytes)
    }
    return Column(.varbinary, .text(texts))
  }

  /// One key; what a dictionary or a constant repeats is encoded once.
  private struct Part {
    private let codes: [UInt32]?
    private let isConstant: Bool
    private let encoded: TextVector

    init(_ column: Column, _ key: SortKey) {
      let values: Column
      switch column.form {
      case .constant(let value):
        (codes, isConstant) = (nil, true)
        values = Column.repeating(value, of: column.type, count: 1)
      case .dictionary(let rows, let dictionary):
        (codes, isConstant) = (rows, false)
        values = dictionary.values
      case .flat:
        (codes, isConstant) = (nil, false)
        values = column
      }
      var texts = TextVector()
      for row in 0..<values.count {
        var bytes: [UInt8] = []
        if values.isNull(row) {
          bytes.append(key.nullsFirst ? SortKeyBytes.first : SortKeyBytes.last)
        } else {
          SortKeyBytes.append(values, row, to: &bytes)
          if key.isDescending { for place in bytes.indices { bytes[place] = ~bytes[place] } }
          bytes.insert(SortKeyBytes.present, at: 0)
        }
        texts.append(bytes)
      }
      encoded = texts
    }

    func append(_ row: Int, to bytes: inout [UInt8]) {
      let entry = isConstant ? 0 : codes.map { Int($0[row]) } ?? row
      bytes += encoded.bytes[encoded.range(entry)]
    }
  }

  /// A value that is not NULL, ordered as `Ordering` orders it.
  private static func append(_ column: Column, _ row: Int, to bytes: inout [UInt8]) {
    guard case .flat(let values, _) = column.form else {
      return append(column.flattened(), row, to: &bytes)
    }
    switch values {
    case .boolean(let values): bytes.append(values[row] ? 1 : 0)
    case .int64(let values): append(Ordering.rank(values[row]), to: &bytes)
    case .double(let values): append(Ordering.rank(values[row]), to: &bytes)
    case .decimal(let values):
      let number = UInt128(bitPattern: values[row]) ^ 1 << 127
      append(UInt64(truncatingIfNeeded: number >> 64), to: &bytes)
      append(UInt64(truncatingIfNeeded: number), to: &bytes)
    case .text(let texts):
      // A zero is followed by a one, the end by another zero, so that a text comes before what it begins.
      for byte in texts.bytes[texts.range(row)] {
        bytes.append(byte)
        if byte == 0 { bytes.append(1) }
      }
      bytes += [0, 0]
    case .array(let list):
      for entry in list.range(row) {
        bytes.append(1)
        appendEntry(list.elements, entry, to: &bytes)
      }
      bytes.append(0)
    case .map(let map):
      for entry in map.range(row) {
        bytes.append(1)
        appendEntry(map.keys, entry, to: &bytes)
        appendEntry(map.values, entry, to: &bytes)
      }
      bytes.append(0)
    case .row(let fields, _):
      for field in fields { appendEntry(field, row, to: &bytes) }
    }
  }

  /// Inside of values NULL comes last.
  private static func appendEntry(_ column: Column, _ row: Int, to bytes: inout [UInt8]) {
    if column.isNull(row) { return bytes.append(last) }
    bytes.append(present)
    append(column, row, to: &bytes)
  }

  private static func append(_ word: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: word >> shift))
    }
  }
}

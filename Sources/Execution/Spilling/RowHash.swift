import Columns
import Kernels

/// Hashes of rows by some columns, equal where GROUP BY and joins hold the values equal.
enum RowHash {
  private static let ofNull: UInt64 = 0x5851_F42D_4C95_7F2D

  static func hashes(_ columns: [Column], count: Int) -> [UInt64] {
    var hashes = [UInt64](repeating: 0, count: count)
    for column in columns {
      switch column.form {
      case .constant(let value):
        add([hash(Column(column.type, values: [value]), 0)], { _ in 0 }, to: &hashes)
      case .dictionary(let codes, let dictionary):
        let entries = all(dictionary.values)
        add(entries, { Int(codes[$0]) }, to: &hashes)
      case .flat: add(all(column), { $0 }, to: &hashes)
      }
    }
    return hashes
  }

  private static func add(
    _ values: [UInt64], _ place: (Int) -> Int, to hashes: inout [UInt64]
  ) {
    for row in hashes.indices {
      let turned = hashes[row] &<< 23 | hashes[row] &>> 41
      hashes[row] = KeyHash.mix(turned ^ values[place(row)])
    }
  }

  private static func all(_ column: Column) -> [UInt64] {
    (0..<column.count).map { hash(column, $0) }
  }

  private static func hash(_ column: Column, _ row: Int) -> UInt64 {
    guard case .flat(let values, let validity) = column.form, column.type != .null,
      validity.isPresent(row)
    else { return ofNull }
    switch values {
    case .boolean(let values): return KeyHash.mix(values[row] ? 2 : 1)
    case .int64(let values):
      let number =
        column.type == .timestampWithZone ? ZonedTime.microseconds(values[row]) : values[row]
      return KeyHash.mix(UInt64(bitPattern: number))
    case .double(let values): return KeyHash.mix(KeyEncoding.bits(values[row]))
    case .text(let texts): return hash(texts.bytes[texts.range(row)])
    case .decimal, .array, .map, .row:
      var bytes: [UInt8] = []
      KeyEncoding.append(values.value(row), to: &bytes)
      return hash(bytes[...])
    }
  }

  /// FNV-1a, spread.
  private static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return KeyHash.mix(hash)
  }
}

package import Columns

/// Hashes by which the rows of a bill are known again: 128 bits of each row's identity columns.
///
/// Two lanes of 64 bits that share nothing but the bytes. Rows that are not the same get the same 128
/// bits with odds of `n² / 2^129` among `n` rows: 1.5e-21 for a thousand million. What looks repeated is
/// compared by its text before anything is said of it.
package struct RowKeys: Sendable {
  /// Both lanes of one row after the other, in the order of the rows.
  private(set) var lanes: [UInt64] = []
  /// Rows without an identity, of which nothing can be said.
  private(set) var missing = 0

  /// No rows.
  init() {}

  /// The rows of identity columns, of which the first is the row's name and must not be empty.
  package init(_ columns: [Column]) {
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
    let parts = texts.map { RowKey($0) }
    guard let first = parts.first, !first.isEmpty else { return nil }
    return parts.dropFirst().reduce(first) { $0.followed(by: $1) }
  }
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
    return RowKey.keys(of: texts, validity)
  }

  /// Values that are not text count by what they are printed as; NULL is as empty text.
  private static func key(_ value: Value) -> RowKey {
    if value.isNull { return .empty }
    let bytes: [UInt8] = if case .bytes(let bytes) = value { bytes } else { Array("\(value)".utf8) }
    return RowKey(bytes)
  }
}

import Columns

/// A number for each combination of values that rows have in some columns, the same in rows where it is
/// the same.
///
/// Dictionaries make it cheap: a value is looked at once in each of them.
struct RowCodes {
  private var codes: [UInt32]

  init(count: Int) { codes = Array(repeating: 0, count: count) }

  subscript(_ row: Int) -> UInt32 { codes[row] }

  /// Tells rows apart by a further column.
  mutating func add(_ column: Column) {
    if let added = RowCodes.codes(of: column) { combine(added) }
  }

  /// Tells rows apart by further values, one for each row.
  mutating func add<Value: Hashable>(_ values: [Value]) { combine(RowCodes.codes(of: values)) }

  private mutating func combine(_ added: [UInt32]) {
    var pairs = Pairs()
    for row in codes.indices { codes[row] = pairs.code(codes[row], added[row]) }
  }

  /// - Returns: a code for each row; nil where all rows are the same.
  private static func codes(of column: Column) -> [UInt32]? {
    switch column.form {
    case .constant: nil
    // Entries that are the same are told apart, which is as good.
    case .dictionary(let codes, let dictionary): dictionary.count == 1 ? nil : codes
    case .flat(.map(let maps), let validity): codes(of: maps, validity)
    case .flat: codes(of: column.allValues())
    }
  }

  private static func codes(of maps: MapVector, _ validity: Validity) -> [UInt32] {
    let keys = codes(of: maps.keys)
    let values = codes(of: maps.values)
    var pairs = Pairs()
    return (0..<maps.count).map { row in
      // A map is known by what it was without its last entry, that entry's key, and its value.
      var code = pairs.code(0, validity.isPresent(row) ? 1 : 0)
      guard validity.isPresent(row) else { return code }
      for entry in maps.range(row) {
        code = pairs.code(code, keys?[entry] ?? 0)
        code = pairs.code(code, values?[entry] ?? 0)
      }
      return code
    }
  }

  private static func codes<Value: Hashable>(of values: [Value]) -> [UInt32] {
    var known: [Value: UInt32] = [:]
    return values.map { value in
      let code = known[value] ?? UInt32(known.count)
      known[value] = code
      return code
    }
  }
}

/// Numbers for pairs of numbers; none is 0.
private struct Pairs {
  private var known: [UInt64: UInt32] = [:]

  mutating func code(_ first: UInt32, _ second: UInt32) -> UInt32 {
    let pair = UInt64(first) << 32 | UInt64(second)
    if let code = known[pair] { return code }
    let code = UInt32(known.count + 1)
    known[pair] = code
    return code
  }
}

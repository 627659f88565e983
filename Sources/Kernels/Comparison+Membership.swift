package import Columns

extension Comparison {
  /// `column IN (values)`: true if equal to one, else NULL when `containsNull`, else false.
  ///
  /// - Complexity: O(`column.count`), whatever the number of values.
  package static func inValues(_ column: Column, _ values: [Value], containsNull: Bool) -> Column {
    switch column.form {
    case .constant(let value):
      let single = Column(column.type, values: [value])
      let answer = inValues(single, values, containsNull: containsNull).value(0)
      return Column(.boolean, constant: answer, count: column.count)
    case .dictionary(let codes, let dictionary):
      let answers = inValues(dictionary.values, values, containsNull: containsNull)
      return Column(codes: codes, ColumnDictionary(answers))
    case .flat(let stored, let validity):
      if column.type == .null { return Column(.boolean, constant: .null, count: column.count) }
      let found = members(stored, values)
      guard containsNull else { return Column(.boolean, .boolean(found), validity) }
      let known = validity.intersection(Validity(checking: found))
      return Column(.boolean, .boolean(found), known)
    }
  }

  private static func members(_ stored: Values, _ values: [Value]) -> [Bool] {
    switch stored {
    case .int64(let rows): members(rows, values.compactMap(\.int64))
    case .double(let rows): members(rows, values.compactMap(\.double))
    case .boolean(let rows): members(rows, values.compactMap(\.boolean))
    case .decimal(let rows):
      members(
        rows,
        values.compactMap { if case .decimal(let value) = $0 { value } else { nil } })
    case .text(let rows):
      members(
        rows,
        values.compactMap { if case .bytes(let bytes) = $0 { bytes[...] } else { nil } })
    case .array, .map, .row:
      (0..<stored.count).map { row in
        let value = stored.value(row)
        return values.contains { SQLEquality.equal(value, $0) == true }
      }
    }
  }

  @inline(__always)
  private static func members<Element: Hashable>(_ rows: [Element], _ values: [Element])
    -> [Bool]
  {
    var found = [Bool](repeating: false, count: rows.count)
    if values.count <= 4 {
      for value in values {
        for row in rows.indices { found[row] = found[row] || rows[row] == value }
      }
      return found
    }
    let set = Set(values)
    for row in rows.indices { found[row] = set.contains(rows[row]) }
    return found
  }

  private static func members(_ rows: TextVector, _ values: [ArraySlice<UInt8>]) -> [Bool] {
    let set = Set(values)
    let lengths = Set(values.map(\.count))
    return [Bool](capacity: rows.count) { out in
      for row in 0..<rows.count {
        let range = rows.range(row)
        out.append(lengths.contains(range.count) && set.contains(rows.bytes[range]))
      }
    }
  }
}

import Columns
import Delta

/// Cuts batches into runs of rows that belong to one partition.
struct PartitionSplitter {
  private let positions: [Int]
  private let types: [DataType]
  /// The code of each distinct value seen, per partition column.
  private var codes: [[Value: UInt32]]
  private var values: [[String?]]
  private var groups: [[UInt32]: Int] = [:]
  /// The partition values of each group, nil being NULL.
  private(set) var partitions: [[String?]] = []

  /// - Parameter positions: of the partition columns in the batches.
  init(positions: [Int], types: [DataType]) {
    self.positions = positions
    self.types = types
    codes = positions.map { _ in [:] }
    values = positions.map { _ in [] }
  }

  /// The groups that a batch has rows of, in order of their first row, with those rows.
  mutating func split(_ batch: Batch) -> [(group: Int, rows: Selection?)] {
    guard !positions.isEmpty else { return [(group(of: []), nil)] }
    let keys = positions.indices.map { rowCodes(batch.columns[positions[$0]], $0) }
    if keys.allSatisfy({ key in key.dropFirst().allSatisfy { $0 == key[0] } }) {
      return [(group(of: keys.map { $0[0] }), nil)]
    }
    var order: [Int] = []
    var rows: [Int: [UInt32]] = [:]
    var key = [UInt32](repeating: 0, count: keys.count)
    var last = -1
    for row in 0..<batch.count {
      var isSame = last >= 0
      for column in keys.indices where keys[column][row] != key[column] {
        key[column] = keys[column][row]
        isSame = false
      }
      if !isSame { last = group(of: key) }
      if rows[last] == nil { order.append(last) }
      rows[last, default: []].append(UInt32(row))
    }
    return order.map { ($0, Selection(rows[$0] ?? [])) }
  }

  private mutating func group(of key: [UInt32]) -> Int {
    if let group = groups[key] { return group }
    let group = partitions.count
    groups[key] = group
    partitions.append(key.indices.map { values[$0][Int(key[$0])] })
    return group
  }

  /// One code per row; rows of a constant column have one code, its first entry tells.
  private mutating func rowCodes(_ column: Column, _ position: Int) -> [UInt32] {
    switch column.form {
    case .constant(let value):
      return [UInt32](repeating: code(value, position), count: column.count)
    case .dictionary(let rows, let dictionary):
      var known = [UInt32?](repeating: nil, count: dictionary.count)
      return rows.map { entry in
        if let code = known[Int(entry)] { return code }
        let code = code(dictionary.values.value(Int(entry)), position)
        known[Int(entry)] = code
        return code
      }
    case .flat:
      var last: (value: Value, code: UInt32)?
      return (0..<column.count).map { row in
        let value = column.value(row)
        if let last, last.value == value { return last.code }
        let code = code(value, position)
        last = (value, code)
        return code
      }
    }
  }

  private mutating func code(_ value: Value, _ position: Int) -> UInt32 {
    if let code = codes[position][value] { return code }
    let text = PartitionValue.text(value, types[position])
    // Values with one spelling (NULL and the empty text) are one partition.
    let code: UInt32
    if let known = values[position].firstIndex(of: text) {
      code = UInt32(known)
    } else {
      code = UInt32(values[position].count)
      values[position].append(text)
    }
    codes[position][value] = code
    return code
  }
}

import Columns

/// An aggregate that needs all rows of a group at once: keeps them and computes at the end.
final class CollectingAccumulator: Accumulator {
  private let types: [DataType]
  private let result: (_ rows: GroupedRows) throws -> Column
  private var parts: [(groups: [UInt32], columns: [Column])] = []
  private var groupCount = 0
  private(set) var byteCount = 0

  init(_ types: [DataType], result: @escaping (_ rows: GroupedRows) throws -> Column) {
    self.types = types
    self.result = result
  }

  func resize(groups count: Int) { groupCount = max(groupCount, count) }

  func update(groups: [UInt32]?, arguments: [Column], rowCount: Int) {
    parts.append((groups ?? [UInt32](repeating: 0, count: rowCount), arguments))
    byteCount += arguments.reduce(rowCount * 12) { $0 + $1.keptBytes }
  }

  func merge(_ other: any Accumulator, mapping: [UInt32]) {
    guard let other = other as? CollectingAccumulator else { return }
    byteCount += other.byteCount
    for part in other.parts {
      parts.append((part.groups.map { mapping[Int($0)] }, part.columns))
    }
  }

  func finish() throws -> Column { try result(grouped()) }

  /// All rows, stably sorted by group by counting.
  private func grouped() -> GroupedRows {
    var offsets = [Int](repeating: 0, count: groupCount + 1)
    for part in parts { for group in part.groups { offsets[Int(group) + 1] += 1 } }
    for group in 0..<groupCount { offsets[group + 1] += offsets[group] }
    var next = offsets
    var order = [UInt32](repeating: 0, count: offsets[groupCount])
    var row: UInt32 = 0
    for part in parts {
      for group in part.groups {
        order[next[Int(group)]] = row
        next[Int(group)] += 1
        row += 1
      }
    }
    let selection = Selection(order)
    return GroupedRows(
      offsets: offsets,
      columns: types.indices.map { position in
        Column.concatenated(parts.map { $0.columns[position] }, type: types[position])
          .selected(selection)
      })
  }
}

extension Column {
  /// Bytes that the column takes when it is put together with others, about.
  fileprivate var keptBytes: Int {
    switch form {
    case .constant: 64
    case .flat(.text(let texts), _): texts.bytes.count + count * 4
    case .flat(.decimal, _): count * 16
    case .flat, .dictionary: count * 8
    }
  }
}

/// Rows sorted by group: those of group `g` are `offsets[g] ..< offsets[g + 1]`.
struct GroupedRows {
  let offsets: [Int]
  let columns: [Column]

  var groupCount: Int { offsets.count - 1 }

  func rows(of group: Int) -> Range<Int> { offsets[group]..<offsets[group + 1] }

  /// A result made group by group, NULL for groups without rows.
  func map(_ type: DataType, _ body: (Range<Int>) throws -> Value) rethrows -> Column {
    var builder = ColumnBuilder(type)
    for group in 0..<groupCount {
      let range = rows(of: group)
      builder.append(range.isEmpty ? .null : try body(range))
    }
    return builder.finish()
  }
}

/// Aggregates whose results are arrays, maps and joined text.
enum Collections {
  /// NULLs are entries like others.
  static func array(_ type: DataType) -> any Accumulator {
    CollectingAccumulator([type]) { rows in
      let isPresent = (0..<rows.groupCount).map { !rows.rows(of: $0).isEmpty }
      return .results(
        .array(type),
        .array(
          ListVector(
            offsets: rows.offsets.map { Int32(truncatingIfNeeded: $0) },
            elements: rows.columns[0].flattened())), isPresent)
    }
  }

  /// The distinct values, in order of first appearance.
  static func set(_ type: DataType) -> any Accumulator {
    CollectingAccumulator([type]) { rows in
      rows.map(.array(type)) { range in
        var seen: Set<Value> = []
        return .array(
          range.map { rows.columns[0].value($0) }.filter { seen.insert($0).inserted })
      }
    }
  }

  /// The first value of each key; NULL keys are left out.
  static func map(_ key: DataType, _ value: DataType) -> any Accumulator {
    CollectingAccumulator([key, value]) { rows in
      rows.map(.map(key: key, value: value)) { range in
        var seen: Set<Value> = []
        return .map(
          range.compactMap { row in
            let key = rows.columns[0].value(row)
            guard !key.isNull, seen.insert(key).inserted else { return nil }
            return MapEntry(key: key, value: rows.columns[1].value(row))
          })
      }
    }
  }

  /// All values of each key.
  static func multimap(_ key: DataType, _ value: DataType) -> any Accumulator {
    CollectingAccumulator([key, value]) { rows in
      rows.map(.map(key: key, value: .array(value))) { range in
        var positions: [Value: Int] = [:]
        var entries: [(key: Value, values: [Value])] = []
        for row in range {
          let key = rows.columns[0].value(row)
          if key.isNull { continue }
          let position = positions[key] ?? entries.count
          if position == entries.count {
            positions[key] = position
            entries.append((key, []))
          }
          entries[position].values.append(rows.columns[1].value(row))
        }
        return .map(entries.map { MapEntry(key: $0.key, value: .array($0.values)) })
      }
    }
  }

  /// How often each value occurs; NULL is not counted.
  static func histogram(_ type: DataType) -> any Accumulator {
    CollectingAccumulator([type]) { rows in
      rows.map(.map(key: type, value: .bigint)) { range in
        var positions: [Value: Int] = [:]
        var entries: [(key: Value, count: Int64)] = []
        for row in range {
          let value = rows.columns[0].value(row)
          if value.isNull { continue }
          if let position = positions[value] {
            entries[position].count += 1
          } else {
            positions[value] = entries.count
            entries.append((value, 1))
          }
        }
        if entries.isEmpty { return .null }
        return .map(entries.map { MapEntry(key: $0.key, value: .int64($0.count)) })
      }
    }
  }

  /// The entries of all maps; of a key that several have, the first.
  static func union(_ type: DataType) -> any Accumulator {
    CollectingAccumulator([type]) { rows in
      rows.map(type) { range in
        var seen: Set<Value> = []
        var entries: [MapEntry] = []
        var hasMap = false
        for row in range {
          guard case .map(let more) = rows.columns[0].value(row) else { continue }
          hasMap = true
          for entry in more where seen.insert(entry.key).inserted { entries.append(entry) }
        }
        return hasMap ? .map(entries) : .null
      }
    }
  }

  /// Bytes of a joined text that `ON OVERFLOW TRUNCATE` leaves, as in Trino.
  private static let joinedBytes = 1 << 20

  /// As ``joined(_:)``, but texts that come when the result is full are left out: in their place stand a
  /// filler and, where wanted, their number.
  static func truncated() -> any Accumulator {
    CollectingAccumulator([.varchar, .varchar, .varchar, .boolean]) { rows in
      rows.map(.varchar) { range in
        let present = range.filter { !rows.columns[0].isNull($0) }
        guard let first = present.first else { return .null }
        func text(_ column: Int, _ row: Int) -> [UInt8] {
          if case .bytes(let bytes) = rows.columns[column].value(row) { bytes } else { [] }
        }
        var out: [UInt8] = []
        for (position, row) in present.enumerated() {
          if position > 0 { out += text(1, row) }
          let next = text(0, row)
          if out.count + next.count <= joinedBytes {
            out += next
            continue
          }
          out += text(2, first)
          if rows.columns[3].value(first).boolean == true {
            out += "(\(present.count - position))".utf8
          }
          break
        }
        return .bytes(out)
      }
    }
  }

  /// Texts joined by the separator of the group's first row; NULLs are left out.
  static func joined(_ types: [DataType]) -> any Accumulator {
    CollectingAccumulator(types) { rows in
      rows.map(.varchar) { range in
        var text: [UInt8]?
        for row in range {
          guard case .bytes(let part) = rows.columns[0].value(row) else { continue }
          if text == nil {
            text = part
          } else {
            if rows.columns.count > 1, case .bytes(let separator) = rows.columns[1].value(row) {
              text? += separator
            }
            text? += part
          }
        }
        return text.map(Value.bytes) ?? .null
      }
    }
  }
}

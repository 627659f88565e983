import Columns

/// Answers statements row by row in the plainest way, straight from what SQL says each clause means.
enum ReferenceEngine {
  static func rows(of statement: Statement) -> [[Value]] {
    var rows = rows(of: statement.first)
    if let (name, second) = statement.operation {
      rows = combine(rows, Self.rows(of: second), name)
    }
    if !statement.order.isEmpty {
      rows = sorted(rows) { a, b in
        for key in statement.order {
          let order = compare(a[key.column], b[key.column], key.isDescending, key.nullsFirst)
          if order != 0 { return order < 0 }
        }
        return false
      }
    }
    return Array(rows.dropFirst(statement.offset).prefix(statement.limit ?? rows.count))
  }

  private static func rows(of select: SelectStatement) -> [[Value]] {
    var rows = rows(of: select.source)
    if let condition = select.condition { rows = rows.filter { isTrue(condition, $0) } }
    if select.isGrouped {
      rows = grouped(rows, select)
      if let having = select.having { rows = rows.filter { isTrue(having, $0) } }
    }
    let columns = select.windows.map { values(of: $0, over: rows) }
    rows = rows.enumerated().map { number, row in row + columns.map { $0[number] } }
    let results = rows.map { row in select.items.map { value($0, row) } }
    return select.isDistinct ? distinct(results) : results
  }

  // MARK: FROM

  private static func rows(of source: Source) -> [[Value]] {
    guard case .join(let kind, let left, let right, let condition) = source else {
      if case .table(let table, _) = source { return table.rows }
      return []
    }
    let (first, second) = (rows(of: left), rows(of: right))
    let nothing = (
      [Value](repeating: .null, count: left.columns.count),
      [Value](repeating: .null, count: right.columns.count)
    )
    var found: [[Value]] = []
    var isMet = [Bool](repeating: false, count: second.count)
    for a in first {
      var isAlone = true
      for (number, b) in second.enumerated() {
        if let condition, !isTrue(condition, a + b) { continue }
        found.append(a + b)
        isAlone = false
        isMet[number] = true
      }
      if isAlone, kind == "LEFT" || kind == "FULL" { found.append(a + nothing.1) }
    }
    if kind == "RIGHT" || kind == "FULL" {
      for (number, b) in second.enumerated() where !isMet[number] { found.append(nothing.0 + b) }
    }
    return found
  }

  // MARK: GROUP BY

  private static func grouped(_ rows: [[Value]], _ select: SelectStatement) -> [[Value]] {
    var groups: [(key: [Value], rows: [[Value]])] = select.keys.isEmpty ? [([], [])] : []
    for row in rows {
      let key = select.keys.map { value($0, row) }
      if let group = groups.firstIndex(where: { $0.key == key }) {
        groups[group].rows.append(row)
      } else {
        groups.append((key, [row]))
      }
    }
    return groups.map { group in
      group.key + select.aggregates.map { result(of: $0, over: group.rows) }
    }
  }

  private static func result(of aggregate: Aggregate, over rows: [[Value]]) -> Value {
    let kept = aggregate.filter.map { filter in rows.filter { isTrue(filter, $0) } } ?? rows
    guard let argument = aggregate.argument else { return .int64(Int64(kept.count)) }
    var values = kept.map { value(argument, $0) }.filter { !$0.isNull }
    if aggregate.isDistinct {
      var seen: [Value] = []
      for value in values where !seen.contains(value) { seen.append(value) }
      values = seen
    }
    return summary(aggregate.name, values)
  }

  private static func summary(_ name: String, _ values: [Value]) -> Value {
    if name == "count" { return .int64(Int64(values.count)) }
    guard let first = values.first else { return .null }
    switch name {
    case "sum": return values.dropFirst().reduce(first) { arithmetic("+", $0, $1) }
    case "avg":
      let total = values.map { $0.double ?? Double($0.int64 ?? 0) }.reduce(0, +)
      return .double(total / Double(values.count))
    case "min": return values.dropFirst().reduce(first) { compare($1, $0) < 0 ? $1 : $0 }
    case "max": return values.dropFirst().reduce(first) { compare($1, $0) > 0 ? $1 : $0 }
    default: return .null
    }
  }

  // MARK: Windows

  private static func values(of window: Window, over rows: [[Value]]) -> [Value] {
    func isBefore(_ a: Int, _ b: Int) -> Bool {
      for (term, isDescending) in window.order {
        let order = compare(value(term, rows[a]), value(term, rows[b]), isDescending, false)
        if order != 0 { return order < 0 }
      }
      return false
    }
    return rows.indices.map { row in
      let key = window.partition.map { value($0, rows[row]) }
      let partition = rows.indices.filter { other in
        window.partition.map { value($0, rows[other]) } == key
      }
      let before = partition.filter { isBefore($0, row) }
      // Rows with the same key are peers: all of them belong to the frame.
      let frame = window.order.isEmpty ? partition : partition.filter { !isBefore(row, $0) }
      switch window.name {
      case "row_number", "rank": return .int64(Int64(before.count + 1))
      case "lag":
        guard let argument = window.argument, let last = sorted(before, by: isBefore).last else {
          return .null
        }
        return value(argument, rows[last])
      default:
        return result(
          of: Aggregate(name: window.name, argument: window.argument), over: frame.map { rows[$0] })
      }
    }
  }

  // MARK: Rows together

  private static func distinct(_ rows: [[Value]]) -> [[Value]] {
    var seen: [[Value]] = []
    for row in rows where !seen.contains(row) { seen.append(row) }
    return seen
  }

  private static func combine(_ first: [[Value]], _ second: [[Value]], _ name: String) -> [[Value]]
  {
    switch name {
    case "UNION ALL": return first + second
    case "UNION": return distinct(first + second)
    case "INTERSECT": return distinct(first.filter(second.contains))
    case "EXCEPT": return distinct(first.filter { !second.contains($0) })
    default:
      // With ALL a row pairs with one equal row of the other side.
      var rest = second
      return first.filter { row in
        let partner = rest.firstIndex(of: row)
        if let partner { rest.remove(at: partner) }
        return (partner != nil) == (name == "INTERSECT ALL")
      }
    }
  }

  private static func sorted<Element>(
    _ items: [Element], by isBefore: (Element, Element) -> Bool
  ) -> [Element] {
    var result: [Element] = []
    for item in items {
      let place = result.firstIndex { isBefore(item, $0) } ?? result.count
      result.insert(item, at: place)
    }
    return result
  }
}

// MARK: Terms

extension ReferenceEngine {
  static func isTrue(_ term: Term, _ row: [Value]) -> Bool { value(term, row) == .boolean(true) }

  static func value(_ term: Term, _ row: [Value]) -> Value {
    switch term {
    case .column(let position, _, _): return row[position]
    case .constant(let value, _): return value
    case .arithmetic(let operation, let left, let right):
      return arithmetic(operation, value(left, row), value(right, row))
    case .compare(let operation, let left, let right):
      return truth(of: operation, value(left, row), value(right, row))
    case .isDistinct(let left, let right): return .boolean(value(left, row) != value(right, row))
    case .and(let left, let right): return both(value(left, row), value(right, row))
    case .or(let left, let right): return either(value(left, row), value(right, row))
    case .not(let operand): return opposite(value(operand, row))
    case .isNull(let operand): return .boolean(value(operand, row).isNull)
    case .isIn(let operand, let list):
      return membership(value(operand, row), list.map { value($0, row) })
    case .between(let operand, let low, let high):
      let middle = value(operand, row)
      return both(
        truth(of: ">=", middle, value(low, row)), truth(of: "<=", middle, value(high, row)))
    case .caseWhen(let condition, let result, let otherwise):
      if isTrue(condition, row) { return value(result, row) }
      return otherwise.map { value($0, row) } ?? .null
    case .coalesce(let first, let second):
      let value = value(first, row)
      return value.isNull ? Self.value(second, row) : value
    case .exists(let table, _, let condition):
      return .boolean(table.rows.contains { isTrue(condition, row + $0) })
    case .member(let operand, let table, let column):
      return membership(value(operand, row), table.rows.map { $0[column] })
    case .countOf(let table, _, let condition):
      return .int64(Int64(table.rows.count { isTrue(condition, row + $0) }))
    }
  }

  private static func arithmetic(_ operation: Character, _ a: Value, _ b: Value) -> Value {
    switch (a, b) {
    case (.int64(let a), .int64(let b)):
      .int64(operation == "+" ? a + b : operation == "-" ? a - b : a * b)
    case (.double(let a), .double(let b)):
      .double(operation == "+" ? a + b : operation == "-" ? a - b : a * b)
    default: .null
    }
  }

  private static func truth(of operation: String, _ a: Value, _ b: Value) -> Value {
    if a.isNull || b.isNull { return .null }
    let order = compare(a, b)
    switch operation {
    case "=": return .boolean(order == 0)
    case "<>": return .boolean(order != 0)
    case "<": return .boolean(order < 0)
    case "<=": return .boolean(order <= 0)
    case ">": return .boolean(order > 0)
    default: return .boolean(order >= 0)
    }
  }

  private static func both(_ a: Value, _ b: Value) -> Value {
    if a == .boolean(false) || b == .boolean(false) { return .boolean(false) }
    return a.isNull || b.isNull ? .null : .boolean(true)
  }

  private static func either(_ a: Value, _ b: Value) -> Value {
    opposite(both(opposite(a), opposite(b)))
  }

  private static func opposite(_ a: Value) -> Value { a.boolean.map { .boolean(!$0) } ?? .null }

  private static func membership(_ value: Value, _ list: [Value]) -> Value {
    list.reduce(.boolean(false)) { either($0, truth(of: "=", value, $1)) }
  }

  /// −1, 0 or 1: values of one type that are not NULL.
  private static func compare(_ a: Value, _ b: Value) -> Int {
    a.isSurelyLess(than: b) ? -1 : b.isSurelyLess(than: a) ? 1 : 0
  }

  private static func compare(
    _ a: Value, _ b: Value, _ isDescending: Bool, _ nullsFirst: Bool
  ) -> Int {
    if a.isNull || b.isNull {
      if a.isNull && b.isNull { return 0 }
      return a.isNull == nullsFirst ? -1 : 1
    }
    return isDescending ? compare(b, a) : compare(a, b)
  }
}

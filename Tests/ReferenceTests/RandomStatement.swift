import Columns
import TestSupport

/// Random tables and statements over them, all from one seed.
struct RandomStatements {
  private var random: SplitMix64
  let tables: [Table]
  private var aliases = 0

  init(seed: Int) {
    var random = SplitMix64(seed: seed)
    tables = ["p", "q", "r"].map { Self.table($0, &random) }
    self.random = random
  }

  private static func table(_ name: String, _ random: inout SplitMix64) -> Table {
    let kinds: [(name: String, kind: Term.Kind)] = [
      ("id", .bigint), ("k", .bigint), ("n", .bigint), ("x", .double), ("s", .varchar),
      ("b", .boolean),
    ]
    let count = [0, 1, 3, 8, 8, 20][Int.random(in: 0..<6, using: &random)]
    let rows = (0..<count).map { number in
      kinds.map { column -> Value in
        if column.name == "id" { return .int64(Int64(number)) }
        return random.chance(15) ? .null : value(column.kind, &random)
      }
    }
    return Table(name: name, columns: kinds, rows: rows.shuffled(using: &random))
  }

  private static func value(_ kind: Term.Kind, _ random: inout SplitMix64) -> Value {
    switch kind {
    case .bigint: .int64(Int64.random(in: -2...5, using: &random))
    // Quarters, whose sums are exact in any order.
    case .double: .double(Double(Int.random(in: -6...10, using: &random)) / 4)
    case .varchar: .text(["", "a", "ab", "b", "B", "é"][Int.random(in: 0..<6, using: &random)])
    case .boolean: .boolean(random.chance(50))
    }
  }

  // MARK: Statements

  mutating func next() -> Statement {
    aliases = 0
    var statement: Statement
    if random.chance(20) {
      let kinds = (0..<Int.random(in: 1...2, using: &random)).map { _ in kind() }
      let names = ["UNION", "UNION ALL", "INTERSECT", "INTERSECT ALL", "EXCEPT", "EXCEPT ALL"]
      statement = Statement(
        first: select(kinds), operation: (pick(names), select(kinds)))
    } else {
      statement = Statement(first: select(nil))
    }
    if random.chance(60) {
      statement.order = statement.first.items.indices.shuffled(using: &random).map {
        ($0, random.chance(50), random.chance(30))
      }
      if random.chance(40) { statement.limit = Int.random(in: 0...6, using: &random) }
      if random.chance(20) { statement.offset = Int.random(in: 0...4, using: &random) }
    }
    return statement
  }

  private mutating func select(_ kinds: [Term.Kind]?) -> SelectStatement {
    var select = SelectStatement(source: source())
    let columns = select.source.columns
    if random.chance(60) { select.condition = condition(columns, depth: 3, subqueries: true) }
    var available = columns
    if random.chance(35) {
      available = group(&select, columns)
    } else if kinds == nil, random.chance(25) {
      available = addWindows(to: &select, columns)
    }
    let wanted = kinds ?? (0..<Int.random(in: 1...4, using: &random)).map { _ in kind() }
    select.items = wanted.map {
      term($0, available, depth: select.isGrouped || !select.windows.isEmpty ? 1 : 2)
    }
    if select.isGrouped { select.items += kinds == nil ? available : [] }
    if !select.windows.isEmpty { select.items += available.suffix(select.windows.count) }
    select.isDistinct = select.windows.isEmpty && random.chance(15)
    return select
  }

  private mutating func source() -> Source {
    var source = base()
    for _ in 0..<pick([0, 0, 1, 1, 2]) {
      let right = base()
      let kind = pick(["INNER", "INNER", "LEFT", "RIGHT", "FULL", "CROSS"])
      let joined = Source.join(kind, source, right, on: nil)
      guard kind != "CROSS" else {
        source = joined
        continue
      }
      let split = source.columns.count
      let columns = joined.columns
      let (a, b) = (columns[1 + pick([0, 1])], columns[split + 1 + pick([0, 1])])
      var on = Term.compare(random.chance(80) ? "=" : pick(["<", "<>"]), a, b)
      if random.chance(30) { on = .and(on, condition(columns, depth: 2, subqueries: false)) }
      source = .join(kind, source, right, on: on)
    }
    return source
  }

  private mutating func base() -> Source {
    aliases += 1
    return .table(pick(tables), alias: "t\(aliases)")
  }

  /// Adds keys and aggregates; the terms that may be named above them.
  private mutating func group(_ select: inout SelectStatement, _ columns: [Term]) -> [Term] {
    for _ in 0..<pick([0, 1, 1, 2]) {
      let key = random.chance(70) ? pick(columns) : term(kind(), columns, depth: 2)
      // A constant key would be a position.
      if case .constant = key { continue }
      if !select.keys.contains(where: { $0.text == key.text }) { select.keys.append(key) }
    }
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      var aggregate = Aggregate(name: pick(["count", "sum", "avg", "min", "max", "count"]))
      if aggregate.name != "count" || random.chance(60) {
        let isNumber = aggregate.name == "sum" || aggregate.name == "avg"
        let kind = isNumber ? pick([Term.Kind.bigint, .double]) : kind()
        aggregate.argument = term(kind, columns, depth: 1)
        aggregate.isDistinct = random.chance(25)
      }
      if random.chance(20) {
        aggregate.filter = condition(columns, depth: 1, subqueries: false)
      }
      select.aggregates.append(aggregate)
    }
    var above: [Term] = []
    for key in select.keys { above.append(.column(above.count, text: key.text, key.kind)) }
    for aggregate in select.aggregates {
      above.append(.column(above.count, text: aggregate.text, aggregate.kind))
    }
    if random.chance(25) { select.having = condition(above, depth: 1, subqueries: false) }
    if select.keys.isEmpty, select.having == nil {
      // The select list may name no aggregate: HAVING makes the statement one of groups all the same.
      select.having = .compare(
        "<>", above[0], constant(select.aggregates[0].kind))
    }
    return above
  }

  /// Adds window functions; columns and, at the end, what the functions give.
  private mutating func addWindows(to select: inout SelectStatement, _ columns: [Term]) -> [Term] {
    let keys = columns.filter { $0.text.hasSuffix(".id") }
    for _ in 0..<Int.random(in: 1...2, using: &random) {
      let name = pick(["row_number", "rank", "lag", "sum", "count"])
      let partition = random.chance(50) ? [pick(columns)] : []
      var order = random.chance(60) ? [(term: pick(columns), isDescending: random.chance(50))] : []
      // What depends on single rows needs an order that tells them apart.
      if name == "row_number" || name == "lag" {
        order += keys.map { (term: $0, isDescending: false) }
      }
      if name == "rank", order.isEmpty { order = [(term: pick(columns), isDescending: false)] }
      let argument: Term? =
        switch name {
        case "lag", "count": term(kind(), columns, depth: 1)
        case "sum": term(pick([Term.Kind.bigint, .double]), columns, depth: 1)
        default: nil
        }
      select.windows.append(
        Window(name: name, argument: argument, partition: partition, order: order))
    }
    return columns
      + select.windows.enumerated().map {
        .column(columns.count + $0.offset, text: $0.element.text, $0.element.kind)
      }
  }

  // MARK: Terms

  private mutating func term(_ kind: Term.Kind, _ columns: [Term], depth: Int) -> Term {
    let own = columns.filter { $0.kind == kind }
    if depth <= 0 || random.chance(40) {
      if !own.isEmpty, random.chance(80) { return pick(own) }
      return constant(kind)
    }
    if kind == .boolean { return condition(columns, depth: depth, subqueries: false) }
    if random.chance(30) {
      return .caseWhen(
        condition(columns, depth: depth - 1, subqueries: false),
        term(kind, columns, depth: depth - 1),
        otherwise: random.chance(50) ? term(kind, columns, depth: depth - 1) : nil)
    }
    if kind == .varchar || random.chance(30) {
      return .coalesce(
        term(kind, columns, depth: depth - 1), term(kind, columns, depth: depth - 1))
    }
    return .arithmetic(
      pick(["+", "-", "*"]), term(kind, columns, depth: depth - 1),
      term(kind, columns, depth: depth - 1))
  }

  private mutating func constant(_ kind: Term.Kind) -> Term {
    .constant(random.chance(10) ? .null : Self.value(kind, &random), kind)
  }

  private mutating func condition(_ columns: [Term], depth: Int, subqueries: Bool) -> Term {
    let choice = Int.random(in: 0..<100, using: &random)
    if depth > 1, choice < 25 {
      let left = condition(columns, depth: depth - 1, subqueries: subqueries)
      if choice < 5 { return .not(left) }
      let right = condition(columns, depth: depth - 1, subqueries: subqueries)
      return choice < 15 ? .and(left, right) : .or(left, right)
    }
    if subqueries, choice < 45 { return subquery(columns) }
    let kind = kind()
    let operand = term(kind, columns, depth: depth - 1)
    switch choice % 10 {
    case 0: return .isNull(operand)
    case 1: return .isDistinct(operand, term(kind, columns, depth: depth - 1))
    case 2, 3:
      let count = Int.random(in: 1...4, using: &random)
      return .isIn(operand, (0..<count).map { _ in constant(kind) })
    case 4:
      return .between(
        operand, term(kind, columns, depth: depth - 1), term(kind, columns, depth: depth - 1))
    default:
      return .compare(
        pick(["=", "=", "<>", "<", "<=", ">", ">="]), operand,
        term(kind, columns, depth: depth - 1))
    }
  }

  private mutating func subquery(_ columns: [Term]) -> Term {
    let table = pick(tables)
    if random.chance(35) {
      let column = Int.random(in: 1..<5, using: &random)
      let kind = table.columns[column].kind
      return .member(term(kind, columns, depth: 1), table, column: column)
    }
    aliases += 1
    let alias = "u\(aliases)"
    let inner = table.columns.enumerated().map {
      Term.column(
        columns.count + $0.offset, text: "\(alias).\($0.element.name)", $0.element.kind)
    }
    let outer = columns.filter { $0.kind == .bigint }
    var on = Term.compare("=", inner[1 + pick([0, 1])], pick(outer))
    if random.chance(40) { on = .and(on, condition(inner, depth: 1, subqueries: false)) }
    guard random.chance(30) else { return .exists(table, alias: alias, on) }
    return .compare(
      pick(["=", "<", ">="]), .countOf(table, alias: alias, on), constant(.bigint))
  }

  private mutating func kind() -> Term.Kind { pick(Term.Kind.allCases) }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: elements.indices, using: &random)]
  }
}

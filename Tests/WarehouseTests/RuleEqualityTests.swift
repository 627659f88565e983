import Columns
import TestSupport
import Testing
import Warehouse

/// Random queries answer the same whichever rewrite rule is left out.
struct RuleEqualityTests {
  @Test(arguments: 0..<12)
  func `no rule changes the answer of a random query`(seed: UInt64) throws {
    var random = SplitMix64(seed: 7_000 + seed)
    let setup = RandomQuery.tables(&random)
    let lakes = try
      (Set(Warehouse.ruleNames).sorted().map { Set([$0]) } + [Set(Warehouse.ruleNames)])
      .map { rules in
        let lake = try Lake(.memory) { $0.disabledRules = rules }
        for statement in setup { try lake.run(statement) }
        return (rules, lake)
      }
    let plain = try Lake(.memory)
    for statement in setup { try plain.run(statement) }
    for _ in 0..<4 {
      var query = RandomQuery(random)
      let sql = query.select()
      random = query.random
      let expected = answer(plain, sql)
      for (rules, lake) in lakes {
        #expect(answer(lake, sql) == expected, "without \(rules.sorted()): \(sql)")
      }
    }
  }

  /// The rows as a bag, or that there is an error.
  private func answer(_ lake: Lake, _ sql: String) -> [String] {
    do {
      return try lake.rows(sql).map { "\($0)" }.sorted()
    } catch {
      return ["error: \(error)"]
    }
  }
}

/// Writes queries over small tables `r`, `s` and `w`, each relation with whole numbers `p` and `q` and a
/// text `t`.
private struct RandomQuery {
  private(set) var random: SplitMix64
  private var aliases = 0

  init(_ random: SplitMix64) {
    self.random = random
  }

  static func tables(_ random: inout SplitMix64) -> [String] {
    ["r", "s", "w"].map { name in
      let rows = (0..<Int.random(in: 0..<14, using: &random)).map { _ -> String in
        func number() -> String {
          let value = Int.random(in: -1..<5, using: &random)
          return value < 0 ? "CAST(NULL AS integer)" : "\(value)"
        }
        let texts = ["'a'", "'ab'", "'b'", "''", "CAST(NULL AS varchar)"]
        return "(\(number()), \(number()), \(texts.randomElement(using: &random) ?? "'a'"))"
      }
      let empty = "SELECT CAST(1 AS integer) AS p, CAST(1 AS integer) AS q, 'a' AS t WHERE false"
      return "CREATE TABLE \(name) AS "
        + (rows.isEmpty
          ? empty : "SELECT * FROM (VALUES \(rows.joined(separator: ", "))) v(p, q, t)")
    }
  }

  private mutating func pick(_ choices: String...) -> String {
    choices.randomElement(using: &random) ?? choices[0]
  }

  private mutating func chance(_ percent: Int) -> Bool {
    Int.random(in: 0..<100, using: &random) < percent
  }

  private mutating func alias() -> String {
    aliases += 1
    return "x\(aliases)"
  }

  mutating func select() -> String {
    var text = body(depth: 3)
    if chance(20) { text = "WITH c AS (\(relation(depth: 2))) \(text) UNION ALL \(twice("c"))" }
    return chance(25)
      ? "SELECT * FROM (\(text)) ORDER BY p, q, t LIMIT \(pick("0", "3", "7"))" : text
  }

  private mutating func twice(_ name: String) -> String {
    "SELECT a.p, b.q, a.t FROM \(name) a \(pick("JOIN", "LEFT JOIN")) \(name) b ON a.p = b.q "
      + "WHERE \(condition(["a", "b"], depth: 1))"
  }

  /// A query of columns `p`, `q` and `t`.
  private mutating func body(depth: Int) -> String {
    let count = Int.random(in: 1...3, using: &random)
    var names = [alias()]
    var from = "(\(relation(depth: depth - 1))) \(names[0])"
    for _ in 1..<max(count, 1) where count > 1 {
      let name = alias()
      let next = "(\(relation(depth: depth - 1))) \(name)"
      let known = names.randomElement(using: &random) ?? names[0]
      names.append(name)
      if chance(25) {
        from += ", \(next)"
      } else if chance(10) {
        from +=
          " CROSS JOIN LATERAL (SELECT p, \(known).q AS q, t FROM \(next) WHERE p <= \(known).p) \(name)"
      } else {
        from +=
          " \(pick("JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")) \(next) ON "
          + "\(known).\(pick("p", "q")) = \(name).\(pick("p", "q"))"
        if chance(30) { from += " AND \(comparison([known, name]))" }
      }
    }
    let filter = chance(80) ? " WHERE " + condition(names, depth: depth) : ""
    let first = names[0]
    let last = names[names.count - 1]
    if chance(30) {
      return
        "SELECT \(first).p AS p, CAST(\(pick("count(*)", "sum(\(last).q)", "max(\(last).p)")) AS integer) AS q, "
        + "min(\(last).t) AS t FROM \(from)\(filter) GROUP BY \(first).p"
        + (chance(40) ? " HAVING count(*) > 1" : "")
    }
    let q =
      chance(20)
      ? "CAST((SELECT \(pick("count(*)", "max(y.q)", "sum(y.p)")) FROM (\(relation(depth: 1))) y "
        + "WHERE y.p \(pick("=", "<", "=")) \(first).p) AS integer)" : "\(last).q"
    return
      "SELECT \(chance(20) ? "DISTINCT " : "")\(first).p AS p, \(q) AS q, \(last).t AS t FROM \(from)\(filter)"
  }

  private mutating func relation(depth: Int) -> String {
    let table = pick("r", "s", "w")
    guard depth > 0 else { return "SELECT p, q, t FROM \(table)" }
    switch Int.random(in: 0..<9, using: &random) {
    case 0, 1, 2: return "SELECT p, q, t FROM \(table)"
    case 3:
      let name = alias()
      return
        "SELECT \(name).q AS p, \(name).p + 1 AS q, \(name).t FROM (\(relation(depth: depth - 1))) \(name) "
        + "WHERE \(condition([name], depth: depth - 1))"
    case 4:
      return
        "SELECT p, CAST(count(*) AS integer) AS q, max(t) AS t FROM (\(relation(depth: depth - 1))) GROUP BY p"
    case 5:
      return "SELECT p, q, t FROM (\(relation(depth: depth - 1))) UNION \(pick("ALL", "")) "
        + "SELECT q, p, 'k' FROM (\(relation(depth: depth - 1)))"
    case 6:
      return
        "SELECT p, CAST(\(pick("count(*)", "sum(q)", "max(q)")) OVER (PARTITION BY p) AS integer) AS q, t "
        + "FROM (\(relation(depth: depth - 1)))"
    case 7:
      return
        "SELECT p, q, t FROM (\(relation(depth: depth - 1))) \(pick("EXCEPT", "INTERSECT")) SELECT p, q, t FROM \(table)"
    default: return body(depth: depth - 1)
    }
  }

  private mutating func condition(_ names: [String], depth: Int) -> String {
    let name = names.randomElement(using: &random) ?? names[0]
    switch Int.random(in: 0..<(depth > 0 ? 16 : 10), using: &random) {
    case 0, 1, 2: return comparison(names)
    case 3:
      return "\(name).\(pick("p", "q")) \(pick("=", "<", ">=", "<>")) \(pick("0", "1", "2", "3"))"
    case 4: return "\(name).p \(pick("IN", "NOT IN")) (1, 2, \(pick("3", "NULL")))"
    case 5: return "\(name).\(pick("q", "t")) IS \(pick("", "NOT")) NULL"
    case 6: return "\(name).t \(pick("= 'a'", "LIKE 'a%'", "<> 'b'", "NOT LIKE '%b'"))"
    case 7:
      return "(\(condition(names, depth: depth - 1)) OR \(condition(names, depth: depth - 1)))"
    case 8: return "NOT (\(condition(names, depth: depth - 1)))"
    case 9: return "\(condition(names, depth: depth - 1)) AND \(condition(names, depth: depth - 1))"
    case 10, 11:
      return "\(pick("", "NOT")) EXISTS (SELECT 1 FROM (\(relation(depth: depth - 1))) y "
        + "WHERE y.p \(pick("=", "=", "<")) \(name).q\(chance(40) ? " AND y.q <> \(name).p" : ""))"
    case 12, 13:
      return "\(name).p \(pick("IN", "NOT IN")) (SELECT y.q FROM (\(relation(depth: depth - 1))) y"
        + (chance(50) ? " WHERE y.p = \(name).q)" : ")")
    case 14:
      return
        "\(name).q \(pick("<", "=", ">=")) (SELECT \(pick("max(y.p)", "count(*)", "min(y.q)")) "
        + "FROM (\(relation(depth: depth - 1))) y WHERE y.p \(pick("=", "<=")) \(name).p)"
    default:
      return
        "\(name).q \(pick("<", "=", "<>")) \(pick("ALL", "ANY")) (SELECT y.p FROM (\(relation(depth: depth - 1))) y "
        + "WHERE y.q = \(name).q)"
    }
  }

  private mutating func comparison(_ names: [String]) -> String {
    let a = names.randomElement(using: &random) ?? names[0]
    let b = names.randomElement(using: &random) ?? names[0]
    return "\(a).\(pick("p", "q")) \(pick("=", "<", "<=", "<>")) \(b).\(pick("p", "q"))"
  }
}

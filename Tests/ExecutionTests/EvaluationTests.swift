import Columns
import Execution
import Kernels
import Planning
import SQL
import Testing

@Suite struct EvaluationTests {
  private func project(_ table: TestTable, _ expression: Expression) throws -> [Value] {
    try rows(
      of: .project(
        table.scan(), [Projection(output: reference(90, expression.type), expression: expression)])
    ).map { $0[0] }
  }

  @Test func `CASE does not divide where its condition is false`() throws {
    let table = TestTable(
      [("a", .bigint), ("b", .bigint)], [[6, 2], [1, 0], [9, 3], [4, nil]])
    let ratio = Expression.arithmetic(.divide, table[0], table[1], .bigint)
    let guarded = Expression.caseWhen(
      [.init(condition: .compare(.notEqual, table[1], number(0)), result: ratio)],
      otherwise: .literal(.null, .bigint), .bigint)
    #expect(try project(table, guarded) == [3, nil, 3, nil])
    #expect(throws: EvaluationError.self) { try project(table, ratio) }
    #expect(try project(table, .attempt(ratio)) == [3, nil, 3, nil])
    let safe = Expression.and([
      .compare(.notEqual, table[1], number(0)), .compare(.greater, ratio, number(2)),
    ])
    #expect(
      try project(table, safe) == [.boolean(true), .boolean(false), .boolean(true), .null])
  }

  @Test func `an entry of a dictionary that no row uses does not fail`() throws {
    let dictionary = ColumnDictionary(
      Column(.varchar, values: ["1", "bad", "3"] as [Value]))
    let table = MemoryTable(
      name: "t", schema: Schema([Field("s", .varchar)]),
      parts: [Batch([Column(codes: [0, 2, 0, 2, 2], dictionary)], count: 5)])
    let column = reference(0, .varchar)
    let plan = LogicalPlan.project(
      .scan(Scan(table: table, columns: [ScanColumn(reference: column, position: 0)])),
      [
        Projection(
          output: reference(1, .bigint),
          expression: .cast(.column(column), .bigint, isTry: false))
      ])
    #expect(try rows(of: plan) == [[1], [3], [1], [3], [3]])
  }

  @Test(arguments: 0..<20)
  func `CASE over a dictionary picks among columns`(seed: UInt64) throws {
    let table = randomTable(seed: seed)
    let expression = Expression.caseWhen(
      [
        .init(condition: .compare(.equal, table[0], text("k0")), result: table[4]),
        .init(
          condition: .inValues(table[0], ["k1", "k2"], containsNull: false), result: double(0)),
      ], otherwise: .negate(table[4]), .double)
    let expected = table.rows.map { row -> Value in
      switch row[0].string {
      case "k0": row[4]
      case "k1", "k2": 0.0
      default: row[4].double.map { .double(-$0) } ?? .null
      }
    }
    #expect(try project(table, expression) == expected)
  }

  @Test(arguments: 0..<20)
  func `CASE and COALESCE over several columns of text`(seed: UInt64) throws {
    let table = randomTable(seed: seed)
    let expression = Expression.caseWhen(
      [
        .init(condition: .compare(.equal, table[0], table[1]), result: text("same")),
        .init(condition: .compare(.less, table[3], number(0)), result: table[2]),
        .init(condition: .isNull(table[0]), result: text("none")),
      ], otherwise: table[1], .varchar)
    let expected = table.rows.map { row -> Value in
      if let number = row[3].int64, number < 0 { return row[2] }
      return row[0].isNull ? "none" : row[1]
    }
    #expect(try project(table, expression) == expected)
    let first = Expression.coalesce([table[1], table[2], table[0], text("?")], .varchar)
    #expect(
      try project(table, first)
        == table.rows.map { row in [row[1], row[2], row[0], "?"].first { !$0.isNull } ?? .null })
  }

  @Test(arguments: 0..<20)
  func `filters in the scan and above it keep the same rows`(seed: UInt64) throws {
    let table = randomTable(seed: seed)
    let conditions: [Expression] = [
      .like(table[1], pattern: Array("r%".utf8), escape: nil),
      .or([.compare(.greater, table[3], number(-20)), .isNull(table[0])]),
      .compare(.lessOrEqual, table[4], double(50)),
      .not(.inValues(table[1], ["r1", "r2"], containsNull: false)),
    ]
    let expected = table.rows.filter { row in
      guard let b = row[1].string, b.hasPrefix("r"), b != "r1", b != "r2",
        let d = row[4].double, d <= 50
      else { return false }
      return row[0].isNull || (row[3].int64.map { $0 > -20 } ?? false)
    }
    #expect(try rows(of: table.scan(conditions)) == expected)
    #expect(try rows(of: .filter(table.scan(), .and(conditions))) == expected)
  }

  @Test func `constants are computed without a table`() throws {
    #expect(
      try Execution.constantValue(.arithmetic(.add, number(2), number(3), .bigint)) == 5)
    #expect(throws: EvaluationError.self) {
      try Execution.constantValue(.arithmetic(.divide, number(2), number(0), .bigint))
    }
  }
}

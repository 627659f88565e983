import Columns
import Execution
import Kernels
import Planning
import SQL
import Testing

@Suite struct SetTests {
  private let left = TestTable(
    [("x", .bigint)], [[1], [1], [2], [nil], [1], [3]], partSizes: [3, 3])
  private let right = TestTable([("y", .bigint)], [[1], [nil], [1], [4]], firstId: 10)

  private func plan(_ kind: SetOperation.Kind, isAll: Bool) -> LogicalPlan {
    .setOperation(
      SetOperation(
        kind: kind, isAll: isAll, left: left.scan(), right: right.scan(),
        outputs: [reference(20, .bigint)], leftInputs: left.columns, rightInputs: right.columns))
  }

  @Test func `INTERSECT and EXCEPT count as SQL does`() throws {
    #expect(try rows(of: plan(.intersect, isAll: false)) == [[1], [nil]])
    #expect(try rows(of: plan(.intersect, isAll: true)) == [[1], [1], [nil]])
    #expect(try rows(of: plan(.except, isAll: false)) == [[2], [3]])
    #expect(try rows(of: plan(.except, isAll: true)) == [[2], [1], [3]])
  }

  @Test func `UNION ALL gives one input after the other`() throws {
    let union = LogicalPlan.unionAll(
      [left.scan(), right.scan()], outputs: [reference(20, .bigint)],
      inputs: [left.columns, right.columns])
    #expect(try rows(of: union) == left.rows + right.rows)
  }

  @Test func `a scalar subquery with two rows is an error, with none it is NULL`() throws {
    #expect(throws: ExecutionError.self) { try run(.singleRow(left.scan())) }
    #expect(try rows(of: .singleRow(left.scan([.compare(.equal, left[0], number(9))]))) == [[nil]])
  }

  @Test func `UNNEST gives each entry a row and pads the shorter collection`() throws {
    let table = TestTable(
      [("id", .bigint), ("xs", .array(.bigint)), ("m", .map(key: .varchar, value: .bigint))],
      [
        [1, .array([10, 20, 30]), .map([MapEntry(key: "a", value: 1)])],
        [2, .array([]), nil], [3, nil, .map([])],
        [4, .array([nil]), .map([MapEntry(key: "b", value: 2), MapEntry(key: "c", value: nil)])],
      ])
    func plan(keepsEmpty: Bool) -> LogicalPlan {
      .unnest(
        .project(
          table.scan(),
          (0..<3).map { Projection(output: table.columns[$0], expression: table[$0]) }),
        Unnest(
          collections: [table[1], table[2]],
          outputs: [reference(50, .bigint), reference(51, .varchar), reference(52, .bigint)],
          ordinality: reference(53, .bigint), keepsEmpty: keepsEmpty))
    }
    let entries = try rows(of: plan(keepsEmpty: false)).map { [$0[0]] + $0[3...] }
    #expect(
      entries == [
        [1, 10, "a", 1, 1], [1, 20, nil, nil, 2], [1, 30, nil, nil, 3],
        [4, nil, "b", 2, 1], [4, nil, "c", nil, 2],
      ])
    #expect(try rows(of: plan(keepsEmpty: true)).map { $0[0] } == [1, 1, 1, 2, 3, 4, 4])
  }

  @Test func `a recursion ends when its step gives no row`() throws {
    let n = reference(1, .bigint)
    let next = reference(2, .bigint)
    let plan = LogicalPlan.recursive(
      Recursion(
        id: 7, base: .values([n], rows: [[number(1)]]), baseColumns: [n],
        step: .filter(
          .project(
            .recursiveReference(id: 7, outputs: [reference(3, .bigint)]),
            [
              Projection(
                output: next,
                expression: .arithmetic(.add, .column(reference(3, .bigint)), number(1), .bigint))
            ]), .compare(.lessOrEqual, .column(next), number(5))),
        stepColumns: [next], outputs: [reference(4, .bigint)], isDistinct: true))
    #expect(try rows(of: plan) == [[1], [2], [3], [4], [5]])
  }

  @Test func `a shared plan gives both of its uses the same rows`() throws {
    let shared = SharedPlan(id: 1, name: "s", plan: left.scan(), columns: left.columns)
    let a = reference(30, .bigint)
    let b = reference(31, .bigint)
    let plan = LogicalPlan.join(
      Join(
        kind: .inner, left: .shared(shared, outputs: [a]), right: .shared(shared, outputs: [b]),
        equalities: [.init(left: .column(a), right: .column(b))]))
    #expect(try rows(of: plan).count == 9 + 1 + 1)
  }

  @Test func `a cancelled query stops`() throws {
    let token = CancellationToken()
    token.cancel()
    let options = ExecutionOptions(cancellation: token)
    let query = BoundQuery(
      plan: left.scan(), columns: [ResultColumn(name: "x", reference: left.columns[0])])
    #expect(throws: QueryCancelled.self) { try Executor(options: options).run(query) }
  }
}

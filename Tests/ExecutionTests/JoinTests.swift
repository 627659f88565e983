import Columns
import Execution
import Kernels
import Planning
import SQL
import Testing

@Suite struct JoinTests {
  private static let kinds: [Join.Kind] = [.inner, .left, .right, .full, .semi, .anti]

  /// Joins row by row: equal columns that are not NULL, and the residual where wanted.
  private func expected(
    _ kind: Join.Kind, _ left: [[Value]], _ right: [[Value]], on pairs: [(Int, Int)],
    residual: ([Value], [Value]) -> Bool
  ) -> [[Value]] {
    func matches(_ a: [Value], _ b: [Value]) -> Bool {
      pairs.allSatisfy { !a[$0.0].isNull && a[$0.0] == b[$0.1] } && residual(a, b)
    }
    let nulls = [Value](repeating: .null, count: 6)
    var rows: [[Value]] = []
    for row in left {
      let found = right.filter { matches(row, $0) }
      switch kind {
      case .inner, .right: rows += found.map { row + $0 }
      case .left, .full: rows += found.isEmpty ? [row + nulls] : found.map { row + $0 }
      case .semi: rows += found.isEmpty ? [] : [row]
      case .anti: rows += found.isEmpty ? [row] : []
      case .nullAwareAnti, .mark: break
      }
    }
    if kind == .right || kind == .full {
      rows += right.filter { row in !left.contains { matches($0, row) } }.map { nulls + $0 }
    }
    return rows
  }

  @Test(
    arguments: 0..<6,
    [[(0, 0)], [(3, 3)], [(2, 2)], [(0, 0), (5, 5)], [(0, 0), (1, 1), (2, 2)], []])
  func `agrees with joining row by row`(seed: UInt64, pairs: [(Int, Int)]) throws {
    let left = randomTable(seed: seed, rows: 40)
    let right = randomTable(seed: seed + 1000, rows: 30, firstId: 100)
    for kind in Self.kinds {
      for hasResidual in [false, true] {
        let plan = LogicalPlan.join(
          Join(
            kind: kind, left: left.scan(), right: right.scan(),
            equalities: pairs.map { Join.Equality(left: left[$0.0], right: right[$0.1]) },
            residual: hasResidual ? .compare(.less, left[3], right[3]) : nil))
        let wanted = expected(kind, left.rows, right.rows, on: pairs) { a, b in
          guard hasResidual else { return true }
          guard let x = a[3].int64, let y = b[3].int64 else { return false }
          return x < y
        }
        #expect(try rows(of: plan) == wanted, "\(kind) residual \(hasResidual)")
      }
    }
  }

  @Test func `NOT IN knows NULL on either side`() throws {
    let left = TestTable([("x", .bigint)], [[1], [2], [nil]])
    func plan(_ values: [[Value]], residual: Bool = false) -> LogicalPlan {
      let right = TestTable([("y", .bigint)], values, firstId: 10)
      return .join(
        Join(
          kind: .nullAwareAnti, left: left.scan(), right: right.scan(),
          equalities: [.init(left: left[0], right: right[0])],
          residual: residual ? .not(.isNull(number(1))) : nil))
    }
    for residual in [false, true] {
      #expect(try rows(of: plan([[1]], residual: residual)) == [[2]])
      #expect(try rows(of: plan([[1], [nil]], residual: residual)) == [])
      #expect(try rows(of: plan([], residual: residual)) == [[1], [2], [nil]])
    }
  }

  @Test func `a mark tells true, false and unknown`() throws {
    let left = TestTable([("x", .bigint)], [[1], [2], [nil]])
    func marks(_ values: [[Value]]) throws -> [Value] {
      let right = TestTable([("y", .bigint)], values, firstId: 10)
      return try rows(
        of: .join(
          Join(
            kind: .mark, left: left.scan(), right: right.scan(),
            equalities: [.init(left: left[0], right: right[0])], mark: reference(50, .boolean)))
      ).map { $0[1] }
    }
    #expect(try marks([[1]]) == [.boolean(true), .boolean(false), .null])
    #expect(try marks([[1], [nil]]) == [.boolean(true), .null, .null])
    #expect(try marks([]) == [.boolean(false), .boolean(false), .boolean(false)])
  }
}

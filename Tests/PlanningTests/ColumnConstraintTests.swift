import Columns
import Planning
import Testing

/// What filters say about single columns, for skipping.
struct ColumnConstraintTests {
  private let fixture = PlanningFixture()

  private func constraints(_ condition: String, table: String = "t") throws -> [String] {
    let planner = fixture.planner
    let bound = try fixture.bind("SELECT 1 FROM \(table) WHERE \(condition)")
    return try scan(planner.rewrite(bound).plan).constraints.map { constraint in
      let name = constraint.column.name
      return switch constraint.test {
      case .range(let lower, let upper): "\(name) \(text(lower))...\(text(upper))"
      case .oneOf(let values): "\(name) in \(values.map { text($0) })"
      case .isNull: "\(name) null"
      case .isNotNull: "\(name) present"
      }
    }
  }

  private func text(_ value: Value?) -> String {
    switch value {
    case .int64(let number): "\(number)"
    case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
    case .boolean(let truth): "\(truth)"
    case nil: ""
    default: "?"
    }
  }

  private func scan(_ plan: LogicalPlan) throws -> Scan {
    if case .scan(let scan) = plan { return scan }
    return try scan(#require(plan.inputs.first))
  }

  @Test(arguments: [
    ("a = 1", ["a in [\"1\"]"]), ("5 > b", ["b ...5"]), ("b >= 2 AND b < 7", ["b 2...", "b ...7"]),
    ("s IN ('x', 'y')", ["s in [\"x\", \"y\"]"]), ("s IS NULL", ["s null"]),
    ("s IS NOT NULL", ["s present"]), ("s <> 'x'", ["s present"]), ("flag", ["flag in [\"true\"]"]),
    ("s LIKE 'ab%'", ["s ab...ac"]), ("s LIKE 'ab'", ["s in [\"ab\"]"]),
    ("s LIKE '%b'", ["s present"]),
    ("b BETWEEN 1 AND 3 OR b BETWEEN 7 AND 9", ["b 1...9"]), ("b = 1 OR b > 5", ["b 1..."]),
    ("(b = 1 AND a = 2) OR (b = 3 AND s = 'x')", ["b in [\"1\", \"3\"]"]),
    ("a = 1 OR b = 2", []), ("a + b = 3", []), ("b = 1 OR b IS NULL", []),
    ("b > NULL", []),
  ])
  func `conditions become constraints`(condition: String, expected: [String]) throws {
    #expect(try constraints(condition) == expected)
  }

  @Test func `filters on partitions alone are told apart`() throws {
    let planner = fixture.planner
    let bound = try fixture.bind(
      "SELECT 1 FROM cur WHERE concat(year, '-', month) = '2026-9' AND product_region = 'x' AND lower(year) = product_region"
    )
    let scan = try scan(planner.rewrite(bound).plan)
    #expect(scan.partitionFilters.map(\.text) == ["concat(year, '-', month) = '2026-9'"])
  }
}

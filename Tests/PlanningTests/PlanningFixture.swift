import Columns
import Kernels
import Planning
import SQL
import Testing

/// Plans statements against a small cost lake; nothing is read.
struct PlanningFixture: Sendable {
  var tables: [String: FixtureTable] = [:]
  var views: [String: String] = [:]
  var parameters: [TypedValue] = []
  /// 2026-09-14 12:00:00 UTC.
  static let now: Int64 = 1_789_387_200_000_000

  init(_ extra: [FixtureTable] = []) {
    for table in FixtureTable.lake + extra { tables[table.name] = table }
  }

  var planner: Planner {
    Planner(
      catalog: FixtureCatalog(tables: tables, views: views), functions: FixtureFunctions.catalog,
      now: Self.now, parameters: parameters, evaluate: ConstantFixture.value)
  }

  func bind(_ sql: String) throws -> BoundQuery { try planner.bind(Parser.query(sql)) }

  /// The plan as bound.
  func bound(_ sql: String) throws -> String { try bind(sql).plan.text }

  /// The plan after all rules, or all but some.
  func plan(_ sql: String, without: Set<String> = []) throws -> String {
    let planner = planner
    let bound = try planner.bind(Parser.query(sql))
    let rewritten = try planner.rewrite(bound, without: without)
    let outputs = Set(rewritten.plan.outputs)
    #expect(rewritten.columns.allSatisfy { outputs.contains($0.reference) })
    return rewritten.plan.text
  }

  /// The plan after one rule alone.
  func plan(_ sql: String, only rule: String) throws -> String {
    try plan(sql, without: Set(Planner.ruleNames).subtracting([rule]))
  }

  /// Result columns as `name type`.
  func columns(_ sql: String) throws -> [String] {
    try bind(sql).columns.map { "\($0.name) \($0.reference.type)" }
  }

  /// The type of one expression over `cur`.
  func type(_ expression: String) throws -> String {
    let query = try bind("SELECT \(expression) FROM cur")
    return "\(try #require(query.columns.first).reference.type)"
  }

  /// The error of a statement, as `message @ the words it points at`.
  func error(_ sql: String, sourceLocation: SourceLocation = #_sourceLocation) -> String {
    do {
      _ = try bind(sql)
      Issue.record("no error", sourceLocation: sourceLocation)
      return ""
    } catch let error as SQLError {
      guard let range = error.range else { return error.message }
      let bytes = Array(sql.utf8)[range.start..<range.end]
      return error.message + " @ " + String(decoding: bytes, as: UTF8.self)
    } catch {
      Issue.record("not an SQLError: \(error)", sourceLocation: sourceLocation)
      return ""
    }
  }
}

struct FixtureTable: PlannedTable {
  let name: String
  let schema: Schema
  var estimatedRowCount: Int? = 1000
  var partitionColumns: Set<Int> = []

  func pruning(_ columns: [ScanColumn], _ filters: [Expression]) -> (kept: Int, total: Int)? { nil }

  static let lake: [FixtureTable] = [
    FixtureTable(
      name: "cur",
      schema: Schema([
        Field("identity_line_item_id", .varchar), Field("line_item_product_code", .varchar),
        Field("line_item_usage_account_id", .varchar), Field("line_item_resource_id", .varchar),
        Field("line_item_line_item_type", .varchar), Field("line_item_usage_type", .varchar),
        Field("line_item_usage_start_date", .timestamp),
        Field("line_item_unblended_cost", .double), Field("line_item_usage_amount", .double),
        Field("savings_plan_savings_plan_effective_cost", .double),
        Field("reservation_effective_cost", .double),
        Field("pricing_public_on_demand_cost", .double),
        Field("pricing_purchase_option", .varchar), Field("product_region", .varchar),
        Field("product_product_family", .varchar), Field("product_instance_type", .varchar),
        Field("product_instance_type_family", .varchar),
        Field("product_operating_system", .varchar),
        Field("resource_tags_user_team", .varchar), Field("resource_tags_user_env", .varchar),
        Field("billing_period", .varchar), Field("year", .varchar), Field("month", .varchar),
      ]), estimatedRowCount: 1_000_000, partitionColumns: [20, 21, 22]),
    FixtureTable(
      name: "t",
      schema: Schema([
        Field("a", .integer), Field("b", .bigint), Field("c", .double),
        Field("d", .decimal(precision: 10, scale: 2)), Field("s", .varchar),
        Field("day", .date), Field("ts", .timestamp), Field("flag", .boolean),
        Field("m", .map(key: .varchar, value: .varchar)), Field("list", .array(.bigint)),
        Field(
          "r",
          .row([
            RowField(name: "x", type: .bigint),
            RowField(name: "Inner", type: .row([RowField(name: "y", type: .varchar)])),
          ])),
        Field("j", .json),
      ])),
    FixtureTable(
      name: "u",
      schema: Schema([Field("a", .integer), Field("b", .bigint), Field("name", .varchar)]),
      estimatedRowCount: 10),
    FixtureTable(
      name: "v", schema: Schema([Field("a", .integer), Field("x", .bigint)]),
      estimatedRowCount: 100_000),
  ]
}

struct FixtureCatalog: Catalog {
  let tables: [String: FixtureTable]
  let views: [String: String]

  func entry(_ name: QualifiedName, version: ResolvedVersion?) throws -> CatalogEntry {
    let key = name.last.text.lowercased()
    if let text = views[key] {
      return .view(name: key, query: try Parser.query(text), text: text)
    }
    guard let table = tables[key] else {
      throw SQLError("no table named '\(name.text)'", at: name.range)
    }
    guard let version else { return .table(table) }
    let suffix =
      switch version {
      case .version(let number): "@\(number)"
      case .timestamp(let time): "@\(time)"
      }
    return .table(FixtureTable(name: table.name + suffix, schema: table.schema))
  }

  func file(
    _ path: String, version: ResolvedVersion?, at range: SourceRange
  ) throws -> any PlannedTable {
    guard path.hasSuffix(".csv") else { throw SQLError("no file '\(path)'", at: range) }
    return FixtureTable(name: path, schema: Schema([Field("id", .bigint), Field("n", .varchar)]))
  }

  func declaredColumns(of table: any PlannedTable) -> Schema? {
    guard table.name == "cur" else { return nil }
    return Schema([
      Field("line_item_product_code", .varchar), Field("reservation_unused_quantity", .double),
    ])
  }
}

/// Functions with Trino's signatures; few of them compute anything.
enum FixtureFunctions {
  static let catalog = FunctionCatalog(scalars: scalars, aggregates: AggregateFunctions.all)

  static let scalars: [ScalarFunction] =
    [
      text("lower", [.varchar]), text("upper", [.varchar]),
      text("split_part", [.varchar, .varchar, .bigint]),
      text("lpad", [.varchar, .bigint, .varchar]), text("replace", [.varchar, .varchar, .varchar]),
      text("json_extract_scalar", [.varchar, .varchar]),
      text("regexp_extract", [.varchar, .varchar]),
      function("substr", [.exactly(.varchar), .exactly(.bigint), .exactly(.bigint)], .varchar),
      function("length", [.exactly(.varchar)], .bigint),
      function("strpos", [.exactly(.varchar), .exactly(.varchar)], .bigint),
      function("date_parse", [.exactly(.varchar), .exactly(.varchar)], .timestamp),
      function("date_format", [.exactly(.timestamp), .exactly(.varchar)], .varchar),
      function("at_timezone", [.exactly(.timestamp), .exactly(.varchar)], .timestamp),
      function("like", [.exactly(.varchar), .exactly(.varchar)], .boolean),
      function("cardinality", [.array(.variable("T"))], .bigint),
      function("date", [.exactly(.timestamp)], .date),
      ScalarFunction(
        "concat", summary: "Joins.",
        overloads: [
          overload([.exactly(.varchar)], isVariadic: true) { _ in .varchar },
          overload([.array(.variable("T"))], isVariadic: true) { $0[0] },
        ]),
      ScalarFunction(
        "round", summary: "Rounds.",
        overloads: [
          overload([.exactly(.bigint)]) { _ in .bigint }, overload([.decimal]) { $0[0] },
          overload([.exactly(.double)]) { _ in .double },
          overload([.decimal, .exactly(.bigint)]) { $0[0] },
          overload([.exactly(.double), .exactly(.bigint)]) { _ in .double },
        ]),
      ScalarFunction(
        "greatest", summary: "The greatest.",
        overloads: [overload([.orderable("T")], isVariadic: true) { $0[0] }]),
      ScalarFunction(
        "subscript", summary: "An element.",
        overloads: [
          overload([.map(.variable("K"), .variable("V")), .variable("K")]) { types in
            if case .map(_, let value) = types[0] { value } else { .null }
          },
          overload([.array(.variable("T")), .exactly(.bigint)]) { types in
            if case .array(let element) = types[0] { element } else { .null }
          },
        ]),
      ScalarFunction(
        "transform", summary: "Each element.",
        overloads: [
          overload([.array(.variable("T")), .lambda([.variable("T")], .variable("U"))]) {
            .array($0[1])
          }
        ]),
      ScalarFunction(
        "filter", summary: "Some elements.",
        overloads: [
          overload([.array(.variable("T")), .lambda([.variable("T")], .exactly(.boolean))]) {
            $0[0]
          }
        ]),
      ScalarFunction(
        "reduce", summary: "Folds.",
        overloads: [
          overload([
            .array(.variable("T")), .variable("S"),
            .lambda([.variable("S"), .variable("T")], .variable("S")),
            .lambda([.variable("S")], .variable("R")),
          ]) { $0[3] }
        ]),
      ScalarFunction(
        "map_filter", summary: "Some entries.",
        overloads: [
          overload([
            .map(.variable("K"), .variable("V")),
            .lambda([.variable("K"), .variable("V")], .exactly(.boolean)),
          ]) { $0[0] }
        ]),
      ScalarFunction(
        "date_trunc", summary: "The start of a step.",
        overloads: [
          dateTrunc(.date, scale: Microseconds.day), dateTrunc(.timestamp, scale: 1),
        ]),
      ScalarFunction(
        "random", isDeterministic: false, summary: "A number.",
        overloads: [overload([]) { _ in .double }]),
    ]
    + ["year", "month", "day", "hour", "quarter", "day_of_week"].map {
      function($0, [.exactly(.timestamp)], .bigint)
    }

  static func overload(
    _ parameters: [ParameterType], isVariadic: Bool = false,
    result: @escaping @Sendable ([DataType]) -> DataType
  ) -> FunctionOverload {
    FunctionOverload(parameters, isVariadic: isVariadic, result: result) { _, _ in
      throw EvaluationError("not computed here")
    }
  }

  static func function(_ name: String, _ parameters: [ParameterType], _ result: DataType)
    -> ScalarFunction
  {
    ScalarFunction(name, summary: name, overloads: [overload(parameters) { _ in result }])
  }

  static func text(_ name: String, _ parameters: [DataType]) -> ScalarFunction {
    function(name, parameters.map { .exactly($0) }, .varchar)
  }

  /// Months only.
  static func dateTrunc(_ type: DataType, scale: Int64) -> FunctionOverload {
    FunctionOverload([.exactly(.varchar), .exactly(type)], result: { _ in type }) { arguments, _ in
      guard case .column(let units) = arguments[0], units.value(0).string == "month",
        case .column(let times) = arguments[1], let time = times.value(0).int64
      else { throw EvaluationError("not computed here") }
      let date = CivilDate(daysSinceEpoch: Int((time * scale).floorDivided(by: Microseconds.day)))
      let start = CivilDate(year: date.year, month: date.month, day: 1).daysSinceEpoch
      return Column(type, values: [.int64(Int64(start) * Microseconds.day / scale)])
    }
  }
}

/// The values of expressions without columns, as far as the tests need them.
enum ConstantFixture {
  @Sendable static func value(_ expression: Expression) throws -> Value {
    try column(expression).value(0)
  }

  private static func column(_ expression: Expression) throws -> Column {
    switch expression {
    case .literal(let value, let type): return Column(type, values: [value])
    case .cast(let operand, let type, let isTry):
      return try Cast.cast(column(operand), to: type, isTry: isTry)
    case .negate(let operand): return try Arithmetic.negate(column(operand))
    case .arithmetic(let operation, let left, let right, let type):
      let (a, b) = (try column(left), try column(right))
      return switch operation {
      case .add: try Arithmetic.add(a, b, as: type)
      case .subtract: try Arithmetic.subtract(a, b, as: type)
      case .multiply: try Arithmetic.multiply(a, b, as: type)
      case .divide: try Arithmetic.divide(a, b, as: type)
      case .modulo: try Arithmetic.modulo(a, b, as: type)
      }
    case .compare(.equal, let left, let right):
      return Comparison.equal(try column(left), try column(right))
    case .compare(.less, let left, let right):
      return Comparison.less(try column(left), try column(right))
    case .call(let call):
      let arguments = try call.arguments.map { argument -> Argument in
        guard case .expression(let inner) = argument else {
          throw EvaluationError("not computed here")
        }
        return .column(try column(inner))
      }
      return try call.function.overloads[call.overload].body(
        arguments, EvaluationContext(now: PlanningFixture.now, rowCount: 1))
    default: throw EvaluationError("not computed here")
    }
  }
}

import Columns
import Execution
import Kernels
import Planning
import SQL
import Testing

/// A table in memory with column references to build plans from.
struct TestTable {
  let table: MemoryTable
  let columns: [ColumnReference]
  let rows: [[Value]]

  /// - Parameter dictionaries: Columns to store as dictionaries, one per part.
  init(
    _ fields: [(String, DataType)], _ rows: [[Value]], dictionaries: Set<Int> = [],
    partSizes: [Int]? = nil, firstId: Int = 0
  ) {
    self.rows = rows
    columns = fields.enumerated().map {
      ColumnReference(id: firstId + $0.offset, name: $0.element.0, type: $0.element.1)
    }
    var parts: [Batch] = []
    var start = 0
    for size in partSizes ?? [rows.count] {
      let part = rows[start..<min(rows.count, start + size)]
      start += part.count
      if part.isEmpty { continue }
      parts.append(
        Batch(
          fields.indices.map { position in
            let values = part.map { $0[position] }
            guard dictionaries.contains(position) else {
              return Column(fields[position].1, values: values)
            }
            let entries = Array(Set(values)).sorted { "\($0)" < "\($1)" }
            return Column(
              codes: values.map { value in UInt32(entries.firstIndex(of: value) ?? 0) },
              ColumnDictionary(Column(fields[position].1, values: entries)))
          }, count: part.count))
    }
    table = MemoryTable(
      name: "t", schema: Schema(fields.map { Field($0.0, $0.1) }), parts: parts)
  }

  func scan(_ filters: [Expression] = []) -> LogicalPlan {
    .scan(
      Scan(
        table: table,
        columns: columns.enumerated().map {
          ScanColumn(reference: $0.element, position: $0.offset)
        },
        filters: filters))
  }

  subscript(_ position: Int) -> Expression { .column(columns[position]) }
}

/// Runs a plan with batches of 1, 3 and many rows, on 1 and 2 threads, and expects the same from all.
@discardableResult
func rows(of plan: LogicalPlan, sourceLocation: SourceLocation = #_sourceLocation) throws
  -> [[Value]]
{
  var first: [[Value]]?
  for batchSize in [8192, 1, 3] {
    for threads in [1, 2] {
      let found = try run(plan, batchSize: batchSize, threads: threads)
      if let first {
        #expect(
          found == first, "batch size \(batchSize), \(threads) threads",
          sourceLocation: sourceLocation)
      } else {
        first = found
      }
    }
  }
  return first ?? []
}

func run(
  _ plan: LogicalPlan, batchSize: Int = 8192, threads: Int = 1, memory: Int? = nil,
  spillDirectory: String = "/tmp"
) throws -> [[Value]] {
  let options = ExecutionOptions(
    threads: threads, memory: memory, batchSize: batchSize, spillDirectory: spillDirectory)
  let query = BoundQuery(
    plan: plan, columns: plan.outputs.map { ResultColumn(name: $0.name, reference: $0) })
  return try Executor(options: options).run(query).batches.flatMap { batch in
    (0..<batch.count).map(batch.row)
  }
}

func reference(_ id: Int, _ type: DataType, _ name: String = "c") -> ColumnReference {
  ColumnReference(id: id, name: name, type: type)
}

func aggregate(
  _ name: String, _ arguments: [Expression], overload: Int = 0, id: Int = 500,
  isDistinct: Bool = false, filter: Expression? = nil, orderBy: [SortKey] = []
) throws -> AggregateComputation {
  let function = try #require(AggregateFunctions.named(name))
  return AggregateComputation(
    output: reference(id, function.overloads[overload].result(arguments.map(\.type)), name),
    function: function, overload: overload, arguments: arguments, isDistinct: isDistinct,
    filter: filter, orderBy: orderBy)
}

func keys(_ expressions: [Expression], firstId: Int = 400) -> [Projection] {
  expressions.enumerated().map {
    Projection(output: reference(firstId + $0.offset, $0.element.type), expression: $0.element)
  }
}

func ascending(_ expression: Expression) -> SortKey {
  SortKey(expression: expression, isDescending: false, nullsFirst: false)
}

func descending(_ expression: Expression) -> SortKey {
  SortKey(expression: expression, isDescending: true, nullsFirst: false)
}

func text(_ string: String) -> Expression { .literal(.text(string), .varchar) }
func number(_ value: Int64) -> Expression { .literal(.int64(value), .bigint) }
func double(_ value: Double) -> Expression { .literal(.double(value), .double) }

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByNilLiteral
{
  public init(stringLiteral value: String) { self = .text(value) }
  public init(integerLiteral value: Int64) { self = .int64(value) }
  public init(floatLiteral value: Double) { self = .double(value) }
  public init(nilLiteral: ()) { self = .null }
}

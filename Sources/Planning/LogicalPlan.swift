package import Columns
package import Kernels
import SQL

/// What to compute, as a tree of relational operators; how is decided by Execution.
///
/// Each node's ``outputs`` are the columns that its parent may name.
package indirect enum LogicalPlan: Sendable {
  case scan(Scan)
  /// Constant rows; every row has one expression per column.
  case values([ColumnReference], rows: [[Expression]])
  case filter(LogicalPlan, Expression)
  case project(LogicalPlan, [Projection])
  case aggregate(LogicalPlan, Aggregation)
  case join(Join)
  case window(LogicalPlan, [WindowComputation])
  case sort(LogicalPlan, [SortKey])
  /// `count` nil means no limit. Over a sort, Execution keeps only the top rows.
  case limit(LogicalPlan, offset: Int, count: Int?)
  /// UNION ALL: input `i` gives, column by column, the values of `outputs`.
  case unionAll([LogicalPlan], outputs: [ColumnReference], inputs: [[ColumnReference]])
  case setOperation(SetOperation)
  case unnest(LogicalPlan, Unnest)
  /// Exactly one row: NULLs if the input is empty, an error if it has more (scalar subqueries).
  case singleRow(LogicalPlan)
  /// Computed once per statement however often it is named; `outputs[i]` renames the shared plan's.
  case shared(SharedPlan, outputs: [ColumnReference])
  /// WITH RECURSIVE.
  case recursive(Recursion)
  /// The rows of the last step of the recursion with that id.
  case recursiveReference(id: Int, outputs: [ColumnReference])
  case sample(LogicalPlan, percent: Double)
}

/// Reads a table: which columns, and what is known to filter them.
package struct Scan: Sendable {
  package let table: any PlannedTable
  /// Output columns, each with its position in the table's schema.
  package var columns: [ScanColumn]
  /// Conjuncts over `columns` that every output row satisfies. The scan applies them all; it also uses
  /// them to skip files, row groups and pages.
  package var filters: [Expression]
  /// Where only the least and greatest values of some columns matter, and filters name none of those.
  package var extremes: Extremes<ColumnReference>?

  package init(table: any PlannedTable, columns: [ScanColumn], filters: [Expression] = []) {
    self.table = table
    self.columns = columns
    self.filters = filters
  }
}

/// Columns of which only the least or the greatest values matter. Other rows do as well then, as long as
/// these columns have the same extremes in them, and NULL where there is no value. Footers know them of
/// many columns.
package struct Extremes<Column: Hashable & Sendable>: Hashable, Sendable {
  package let least: Set<Column>
  package let greatest: Set<Column>

  package init(least: Set<Column>, greatest: Set<Column>) {
    self.least = least
    self.greatest = greatest
  }
}

/// A column that a scan delivers, and where it stands in the table.
package struct ScanColumn: Hashable, Sendable {
  package let reference: ColumnReference
  package let position: Int

  package init(reference: ColumnReference, position: Int) {
    self.reference = reference
    self.position = position
  }
}

/// A table as the planner sees it.
package protocol PlannedTable: Sendable {
  /// For EXPLAIN and messages.
  var name: String { get }
  var schema: Schema { get }
  /// Columns behind those of `schema` that tell of the file which a row is from, such as `"$path"`; `*`
  /// leaves them out.
  var fileColumns: Schema { get }
  /// What tells these rows from those of any other table or version; nil where nothing does.
  var identity: String? { get }
  /// Rows, where statistics tell.
  var estimatedRowCount: Int? { get }
  /// Positions in `schema` of columns that are constant per file.
  var partitionColumns: Set<Int> { get }
  /// Pieces that can hold rows satisfying the filters, of all pieces; for EXPLAIN. nil if unknown.
  func pruning(_ columns: [ScanColumn], _ filters: [Expression]) -> (kept: Int, total: Int)?
  /// Rows in the pieces that can hold rows satisfying the filters, where that is known.
  func estimatedRowCount(_ columns: [ScanColumn], _ filters: [Expression]) -> Int?
  /// What is known of a column's values, by its position in `schema`.
  func spread(of position: Int) -> ColumnSpread?
  /// The distinct combinations of values that some columns have, each the same throughout a file; nil
  /// where that is not known of every file, or where they are many.
  func fileValues(of positions: [Int]) -> [[Value]]?
}

extension PlannedTable {
  package var fileColumns: Schema { Schema([]) }
  package var identity: String? { nil }
  package func estimatedRowCount(_ columns: [ScanColumn], _ filters: [Expression]) -> Int? { nil }
  package func spread(of position: Int) -> ColumnSpread? { nil }
  package func fileValues(of positions: [Int]) -> [[Value]]? { nil }
}

/// An expression and the column it becomes.
package struct Projection: Hashable, Sendable {
  package let output: ColumnReference
  package let expression: Expression

  package init(output: ColumnReference, expression: Expression) {
    self.output = output
    self.expression = expression
  }
}

/// GROUP BY. Without keys there is exactly one group.
package struct Aggregation: Sendable {
  package var keys: [Projection]
  package var aggregates: [AggregateComputation]
  /// For ROLLUP, CUBE, GROUPING SETS: the positions of the keys present in each set; nil for one set
  /// of all keys. Absent keys are NULL.
  package var groupingSets: [[Int]]?
  /// The number of the grouping set, for `grouping(…)`; BIGINT.
  package var groupingId: ColumnReference?

  package init(
    keys: [Projection], aggregates: [AggregateComputation], groupingSets: [[Int]]? = nil,
    groupingId: ColumnReference? = nil
  ) {
    self.keys = keys
    self.aggregates = aggregates
    self.groupingSets = groupingSets
    self.groupingId = groupingId
  }
}

/// One aggregate of a GROUP BY.
package struct AggregateComputation: Sendable {
  package let output: ColumnReference
  package let function: AggregateFunction
  package let overload: Int
  package let arguments: [Expression]
  package let isDistinct: Bool
  package let filter: Expression?
  package let orderBy: [SortKey]

  package init(
    output: ColumnReference, function: AggregateFunction, overload: Int, arguments: [Expression],
    isDistinct: Bool = false, filter: Expression? = nil, orderBy: [SortKey] = []
  ) {
    self.output = output
    self.function = function
    self.overload = overload
    self.arguments = arguments
    self.isDistinct = isDistinct
    self.filter = filter
    self.orderBy = orderBy
  }
}

/// Two inputs and what ties their rows together.
package struct Join: Sendable {
  package enum Kind: Sendable, Hashable {
    case inner, left, right, full
    /// Left rows that have, or have no, match; outputs are the left's alone.
    case semi, anti
    /// NOT IN: no row at all once the right side holds a NULL key, and no left row whose key is NULL
    /// unless the right side is empty.
    case nullAwareAnti
    /// Left rows, plus a BOOLEAN telling whether there is a match (`mark`), for IN and EXISTS inside
    /// larger expressions: true, false, or NULL as SQL's IN demands, unless ``markIsNeverNull``.
    case mark
  }

  package var kind: Kind
  package var left: LogicalPlan
  package var right: LogicalPlan
  /// Equalities, left expression and right expression of one type; empty for a cross or theta join.
  package var equalities: [Equality]
  /// What else a pair must satisfy to match.
  package var residual: Expression?
  /// The output of a mark join.
  package var mark: ColumnReference?
  /// A mark join tells only whether a pair is known to match: an unknown comparison is no match.
  package var markIsNeverNull = false

  package struct Equality: Hashable, Sendable {
    package let left: Expression
    package let right: Expression
    /// Whether NULL belongs to NULL and NaN to NaN, as for IS NOT DISTINCT FROM, or to nothing, as for `=`.
    package let isNullSafe: Bool

    package init(left: Expression, right: Expression, isNullSafe: Bool = false) {
      self.left = left
      self.right = right
      self.isNullSafe = isNullSafe
    }

    /// The comparison that it stands for.
    package var condition: Expression {
      isNullSafe ? .not(.isDistinct(left, right)) : .compare(.equal, left, right)
    }

    var swapped: Equality { Equality(left: right, right: left, isNullSafe: isNullSafe) }

    /// The same comparison of other sides.
    func mapSides(
      left: (Expression) throws -> Expression, right: (Expression) throws -> Expression
    ) rethrows -> Equality {
      Equality(left: try left(self.left), right: try right(self.right), isNullSafe: isNullSafe)
    }
  }

  package init(
    kind: Kind, left: LogicalPlan, right: LogicalPlan, equalities: [Equality] = [],
    residual: Expression? = nil, mark: ColumnReference? = nil
  ) {
    self.kind = kind
    self.left = left
    self.right = right
    self.equalities = equalities
    self.residual = residual
    self.mark = mark
  }
}

/// Window functions over one partitioning and order.
package struct WindowComputation: Sendable {
  package var output: ColumnReference
  package var function: WindowFunction
  /// The function's, then the offsets of the frame that are no constants.
  package var arguments: [Expression]
  package var partitionBy: [Expression]
  package var orderBy: [SortKey]
  package var frame: WindowFrame
  package var ignoresNulls: Bool
  package var filter: Expression?
  /// An aggregate takes each combination of its arguments once; the frame begins with the partition.
  package var isDistinct = false

  package init(
    output: ColumnReference, function: WindowFunction, arguments: [Expression],
    partitionBy: [Expression], orderBy: [SortKey], frame: WindowFrame, ignoresNulls: Bool = false,
    filter: Expression? = nil
  ) {
    self.output = output
    self.function = function
    self.arguments = arguments
    self.partitionBy = partitionBy
    self.orderBy = orderBy
    self.frame = frame
    self.ignoresNulls = ignoresNulls
    self.filter = filter
  }
}

/// What a window computes for each row.
package enum WindowFunction: Sendable {
  case rowNumber, rank, denseRank, percentRank, cumeDist
  /// Arguments: the number of buckets.
  case ntile
  /// Arguments: value, offset (BIGINT), default (of the value's type).
  case lag, lead
  case firstValue, lastValue
  /// Arguments: value, position from 1.
  case nthValue
  case aggregate(AggregateFunction, overload: Int)
}

/// The rows around a row that a window function sees.
package struct WindowFrame: Sendable {
  package enum Unit: Sendable, Hashable { case rows, range, groups }

  package enum Bound: Sendable {
    case unboundedPreceding
    /// A constant for ROWS and GROUPS (BIGINT); for RANGE a number or interval of the key's kind.
    case preceding(Value, DataType)
    /// An offset of each row's own: the next of the arguments behind those of the function, of the same
    /// types.
    case precedingBy(DataType)
    case currentRow
    case following(Value, DataType)
    case followingBy(DataType)
    case unboundedFollowing

    /// Whether the offset is one of the arguments.
    package var isComputed: Bool {
      switch self {
      case .precedingBy, .followingBy: true
      case .unboundedPreceding, .preceding, .currentRow, .following, .unboundedFollowing: false
      }
    }
  }

  package var unit: Unit
  package var start: Bound
  package var end: Bound

  /// How many of the arguments are offsets, the start's before the end's.
  package var computedOffsets: Int { (start.isComputed ? 1 : 0) + (end.isComputed ? 1 : 0) }

  package init(unit: Unit, start: Bound, end: Bound) {
    self.unit = unit
    self.start = start
    self.end = end
  }
}

/// One key of an order.
package struct SortKey: Hashable, Sendable {
  package let expression: Expression
  package let isDescending: Bool
  package let nullsFirst: Bool

  package init(expression: Expression, isDescending: Bool, nullsFirst: Bool) {
    self.expression = expression
    self.isDescending = isDescending
    self.nullsFirst = nullsFirst
  }
}

/// INTERSECT and EXCEPT; rows are compared as GROUP BY compares them, NULL equal to NULL.
package struct SetOperation: Sendable {
  package enum Kind: Sendable, Hashable { case intersect, except }

  package var kind: Kind
  package var isAll: Bool
  package var left: LogicalPlan
  package var right: LogicalPlan
  package var outputs: [ColumnReference]
  package var leftInputs: [ColumnReference]
  package var rightInputs: [ColumnReference]

  package init(
    kind: Kind, isAll: Bool, left: LogicalPlan, right: LogicalPlan, outputs: [ColumnReference],
    leftInputs: [ColumnReference], rightInputs: [ColumnReference]
  ) {
    self.kind = kind
    self.isAll = isAll
    self.left = left
    self.right = right
    self.outputs = outputs
    self.leftInputs = leftInputs
    self.rightInputs = rightInputs
  }
}

/// Each input row once per entry of the longest collection, shorter ones padded with NULL.
package struct Unnest: Sendable {
  /// ARRAY gives one column, or one per field for ARRAY(ROW); MAP gives key and value.
  package var collections: [Expression]
  package var outputs: [ColumnReference]
  package var ordinality: ColumnReference?
  /// LEFT JOIN UNNEST: rows without entries stay, with NULLs.
  package var keepsEmpty: Bool

  package init(
    collections: [Expression], outputs: [ColumnReference], ordinality: ColumnReference?,
    keepsEmpty: Bool
  ) {
    self.collections = collections
    self.outputs = outputs
    self.ordinality = ordinality
    self.keepsEmpty = keepsEmpty
  }
}

/// A plan that several places name: a CTE or view used more than once.
package final class SharedPlan: Sendable {
  package let id: Int
  package let name: String
  package let plan: LogicalPlan
  /// The plan's outputs, in the order that `shared` nodes rename.
  package let columns: [ColumnReference]

  package init(id: Int, name: String, plan: LogicalPlan, columns: [ColumnReference]) {
    self.id = id
    self.name = name
    self.plan = plan
    self.columns = columns
  }
}

/// WITH RECURSIVE: a base, and a step repeated until it gives no row.
package struct Recursion: Sendable {
  package var id: Int
  package var base: LogicalPlan
  package var baseColumns: [ColumnReference]
  package var step: LogicalPlan
  package var stepColumns: [ColumnReference]
  package var outputs: [ColumnReference]
  /// UNION (distinct) drops rows already seen.
  package var isDistinct: Bool

  package init(
    id: Int, base: LogicalPlan, baseColumns: [ColumnReference], step: LogicalPlan,
    stepColumns: [ColumnReference], outputs: [ColumnReference], isDistinct: Bool
  ) {
    self.id = id
    self.base = base
    self.baseColumns = baseColumns
    self.step = step
    self.stepColumns = stepColumns
    self.outputs = outputs
    self.isDistinct = isDistinct
  }
}

extension LogicalPlan {
  /// The columns a parent may name, in order.
  package var outputs: [ColumnReference] {
    switch self {
    case .scan(let scan): scan.columns.map(\.reference)
    case .values(let columns, _): columns
    case .filter(let input, _), .sort(let input, _), .limit(let input, _, _),
      .singleRow(let input), .sample(let input, _):
      input.outputs
    case .project(_, let projections): projections.map(\.output)
    case .aggregate(_, let aggregation):
      aggregation.keys.map(\.output) + aggregation.aggregates.map(\.output)
        + (aggregation.groupingId.map { [$0] } ?? [])
    case .join(let join):
      switch join.kind {
      case .semi, .anti, .nullAwareAnti: join.left.outputs
      case .mark: join.left.outputs + (join.mark.map { [$0] } ?? [])
      case .inner, .left, .right, .full: join.left.outputs + join.right.outputs
      }
    case .window(let input, let computations): input.outputs + computations.map(\.output)
    case .unionAll(_, let outputs, _), .shared(_, let outputs),
      .recursiveReference(_, let outputs):
      outputs
    case .setOperation(let operation): operation.outputs
    case .unnest(let input, let unnest):
      input.outputs + unnest.outputs + (unnest.ordinality.map { [$0] } ?? [])
    case .recursive(let recursion): recursion.outputs
    }
  }
}

/// A bound statement: the plan and the names under which its columns are shown.
package struct BoundQuery: Sendable {
  package var plan: LogicalPlan
  /// Result columns in order; each is one of `plan.outputs`. A name may occur twice.
  package var columns: [ResultColumn]

  package init(plan: LogicalPlan, columns: [ResultColumn]) {
    self.plan = plan
    self.columns = columns
  }
}

/// A column of a result under the name it is shown by.
package struct ResultColumn: Sendable {
  package let name: String
  package let reference: ColumnReference

  package init(name: String, reference: ColumnReference) {
    self.name = name
    self.reference = reference
  }
}

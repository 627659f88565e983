/// One statement as it was written: names unresolved, types unknown.
package indirect enum Statement: Sendable {
  case query(Query)
  case explain(Statement, analyze: Bool)
  /// EXPLAIN (TYPE VALIDATE): whether the statement could be run.
  case validate(Statement)
  case createView(name: QualifiedName, orReplace: Bool, query: Query, text: String)
  case dropView(name: QualifiedName, ifExists: Bool)
  case createTableAs(CreateTableAs)
  case dropTable(name: QualifiedName, ifExists: Bool)
  case insert(name: QualifiedName, columns: [Identifier], query: Query)
  case unload(query: Query, path: String, properties: [Property])
  case show(Show)
  case describe(QualifiedName)
  case prepare(name: Identifier, Statement)
  case execute(name: Identifier, arguments: [ExpressionSyntax])
  /// EXECUTE IMMEDIATE 'statement'.
  case executeImmediate(Statement, arguments: [ExpressionSyntax])
  case deallocate(name: Identifier)
  /// DESCRIBE OUTPUT: the columns that a prepared statement gives.
  case describeOutput(name: Identifier)
  /// USE: unqualified names mean tables of this database from here on.
  case use(QualifiedName)
}

/// CREATE TABLE … AS: a table made from what a query returns. `CREATE TABLE t (a INTEGER)` is a query
/// without rows.
package struct CreateTableAs: Sendable {
  package var name: QualifiedName
  package var ifNotExists: Bool
  package var columnNames: [Identifier]
  package var properties: [Property]
  package var query: Query
  package var withData: Bool
  /// Constraints as written, such as `PRIMARY KEY`: accepted, but nothing checks them.
  package var unchecked: [String]

  package init(
    name: QualifiedName, ifNotExists: Bool, columnNames: [Identifier], properties: [Property],
    query: Query, withData: Bool, unchecked: [String] = []
  ) {
    self.name = name
    self.ifNotExists = ifNotExists
    self.columnNames = columnNames
    self.properties = properties
    self.query = query
    self.withData = withData
    self.unchecked = unchecked
  }
}

/// `name = value` in a WITH clause: `partitioned_by = ARRAY['month']`.
package struct Property: Sendable {
  package var name: Identifier
  package var value: ExpressionSyntax

  package init(name: Identifier, value: ExpressionSyntax) {
    self.name = name
    self.value = value
  }
}

/// What SHOW lists.
package enum Show: Sendable {
  case tables(from: QualifiedName?, like: String?)
  case views(from: QualifiedName?, like: String?)
  case columns(QualifiedName)
  case databases(like: String?)
  case partitions(QualifiedName)
  case functions(like: String?)
  case createTable(QualifiedName)
  case createView(QualifiedName)
  case catalogs(like: String?)
  case session(like: String?)
  case stats(QualifiedName)
}

/// A name as written; `isQuoted` matters only for display, names are compared without case.
package struct Identifier: Hashable, Sendable {
  package let text: String
  package let isQuoted: Bool
  package let range: SourceRange

  package init(_ text: String, isQuoted: Bool = false, range: SourceRange) {
    self.text = text
    self.isQuoted = isQuoted
    self.range = range
  }
}

/// `catalog.database.table` and shorter forms.
package struct QualifiedName: Hashable, Sendable {
  package let parts: [Identifier]

  /// - Precondition: at least one part.
  package init(_ parts: [Identifier]) {
    self.parts = parts
  }

  package var last: Identifier { parts[parts.count - 1] }
  package var range: SourceRange { parts[0].range.through(last.range) }
  package var text: String { parts.map(\.text).joined(separator: ".") }
}

/// A query expression: WITH, a body, and what applies to its whole result.
package struct Query: Sendable {
  package var with: [CommonTable]
  package var isRecursive: Bool
  package var body: QueryBody
  package var orderBy: [SortItem]
  package var offset: ExpressionSyntax?
  /// LIMIT or FETCH FIRST; nil for none and for LIMIT ALL.
  package var limit: ExpressionSyntax?
  /// `FETCH FIRST n ROWS WITH TIES`: rows that sort like the last one come too.
  package var withTies: Bool
  package var range: SourceRange

  package init(
    with: [CommonTable] = [], isRecursive: Bool = false, body: QueryBody,
    orderBy: [SortItem] = [], offset: ExpressionSyntax? = nil, limit: ExpressionSyntax? = nil,
    withTies: Bool = false, range: SourceRange
  ) {
    self.with = with
    self.isRecursive = isRecursive
    self.body = body
    self.orderBy = orderBy
    self.offset = offset
    self.limit = limit
    self.withTies = withTies
    self.range = range
  }
}

/// `name (columns) AS (query)` in a WITH clause.
package struct CommonTable: Sendable {
  package var name: Identifier
  package var columns: [Identifier]
  package var query: Query

  package init(name: Identifier, columns: [Identifier], query: Query) {
    self.name = name
    self.columns = columns
    self.query = query
  }
}

/// What stands between WITH and ORDER BY.
package indirect enum QueryBody: Sendable {
  case select(Select)
  /// Each row is one expression; a ROW constructor or parenthesised list has several columns.
  case values([ExpressionSyntax], SourceRange)
  case setOperation(SetOperator, isAll: Bool, QueryBody, QueryBody, SourceRange)
  /// `(query)` with its own ORDER BY, LIMIT or WITH.
  case nested(Query)
  /// `TABLE name`.
  case table(QualifiedName)
}

/// UNION, INTERSECT, EXCEPT.
package enum SetOperator: Sendable { case union, intersect, except }

/// SELECT … FROM … WHERE … GROUP BY … HAVING.
package struct Select: Sendable {
  package var isDistinct: Bool
  package var items: [SelectItem]
  package var from: TableReference?
  package var condition: ExpressionSyntax?
  package var groupBy: GroupBy?
  package var having: ExpressionSyntax?
  /// Named windows: `WINDOW w AS (…)`.
  package var windows: [NamedWindow]
  package var range: SourceRange

  package init(
    isDistinct: Bool, items: [SelectItem], from: TableReference?, condition: ExpressionSyntax?,
    groupBy: GroupBy?, having: ExpressionSyntax?, windows: [NamedWindow], range: SourceRange
  ) {
    self.isDistinct = isDistinct
    self.items = items
    self.from = from
    self.condition = condition
    self.groupBy = groupBy
    self.having = having
    self.windows = windows
    self.range = range
  }
}

/// `w AS (…)` in a WINDOW clause.
package struct NamedWindow: Sendable {
  package var name: Identifier
  package var window: WindowSyntax

  package init(name: Identifier, window: WindowSyntax) {
    self.name = name
    self.window = window
  }
}

/// One entry of a SELECT list.
package enum SelectItem: Sendable {
  case expression(ExpressionSyntax, alias: Identifier?)
  /// `*`, or `t.*`; `r.*` where `r` is a column of rows.
  case all(of: QualifiedName?, SourceRange)
  /// `(row).* AS (a, b)`, or `t.* AS (a, b)`; no names where AS is left out.
  case fields(of: ExpressionSyntax, aliases: [Identifier], SourceRange)
}

/// GROUP BY with its elements in order.
package struct GroupBy: Sendable {
  package var isDistinct: Bool
  package var elements: [GroupingElement]

  package init(isDistinct: Bool, elements: [GroupingElement]) {
    self.isDistinct = isDistinct
    self.elements = elements
  }
}

/// One entry of GROUP BY: an expression or several grouping sets.
package enum GroupingElement: Sendable {
  case expression(ExpressionSyntax)
  case rollup([[ExpressionSyntax]])
  case cube([[ExpressionSyntax]])
  case groupingSets([[ExpressionSyntax]])
}

/// One entry of ORDER BY.
package struct SortItem: Sendable {
  package var expression: ExpressionSyntax
  package var isDescending: Bool
  /// nil where the statement does not say; Athena then puts NULLs last in both directions.
  package var nullsFirst: Bool?

  package init(expression: ExpressionSyntax, isDescending: Bool, nullsFirst: Bool?) {
    self.expression = expression
    self.isDescending = isDescending
    self.nullsFirst = nullsFirst
  }
}

/// What stands in FROM.
package indirect enum TableReference: Sendable {
  /// A table or view, perhaps at a version.
  case named(QualifiedName, version: TableVersion?, TableAlias?)
  /// `'file.csv'`: a file, glob or folder as a table, perhaps at a version.
  case file(String, version: TableVersion?, SourceRange, TableAlias?)
  case subquery(Query, TableAlias?, isLateral: Bool)
  case unnest([ExpressionSyntax], withOrdinality: Bool, TableAlias?, SourceRange)
  case join(TableReference, TableReference, JoinKind, JoinCondition, SourceRange)
  case sample(TableReference, percent: ExpressionSyntax)
  /// A join tree in parentheses.
  case parenthesized(TableReference)
  /// `TABLE(exclude_columns(…))`: a table without some of its columns.
  case excluding(TableReference, columns: [Identifier], TableAlias?, SourceRange)
}

/// `FOR VERSION AS OF` and `FOR TIMESTAMP AS OF`.
package enum TableVersion: Sendable {
  case version(ExpressionSyntax)
  case timestamp(ExpressionSyntax)
}

/// `t (a, b)` behind a table.
package struct TableAlias: Sendable {
  package var name: Identifier
  package var columns: [Identifier]

  package init(name: Identifier, columns: [Identifier]) {
    self.name = name
    self.columns = columns
  }
}

/// Which rows without a match a join keeps.
package enum JoinKind: Sendable { case inner, left, right, full, cross }

/// What ties the sides of a join together.
package enum JoinCondition: Sendable {
  case none
  case on(ExpressionSyntax)
  case using([Identifier])
}

/// An expression with its place in the text.
package struct ExpressionSyntax: Sendable {
  package let kind: Kind
  package let range: SourceRange

  package init(_ kind: Kind, _ range: SourceRange) {
    self.kind = kind
    self.range = range
  }

  package indirect enum Kind: Sendable {
    case null
    case boolean(Bool)
    /// Digits as written; BIGINT or INTEGER by size.
    case integer(String)
    /// `1.50`: DECIMAL with the digits as written.
    case decimal(String)
    /// `1E0`: DOUBLE.
    case double(String)
    case string(String)
    /// `X'CAFE'`.
    case binary([UInt8])
    /// `DATE '2026-01-01'`, `TIMESTAMP '…'`, and other `type 'text'`.
    case typedLiteral(TypeSyntax, String)
    /// `INTERVAL '1-3' YEAR TO MONTH`.
    case interval(String, isNegative: Bool, from: IntervalUnit, to: IntervalUnit?)
    /// `a`, `t.a`, `db.t.a`, `row.field`: the binder decides which.
    case name(QualifiedName)
    /// `?`, counted from 0.
    case parameter(Int)
    case negate(ExpressionSyntax)
    case arithmetic(ArithmeticOperator, ExpressionSyntax, ExpressionSyntax)
    /// `||`.
    case concatenate(ExpressionSyntax, ExpressionSyntax)
    case compare(ComparisonOperator, ExpressionSyntax, ExpressionSyntax)
    /// `x = ANY (query)`, `ALL`; SOME is ANY.
    case quantified(ComparisonOperator, ExpressionSyntax, isAll: Bool, Query)
    case not(ExpressionSyntax)
    /// Flat lists, so that ten thousand ANDs do not nest ten thousand deep.
    case and([ExpressionSyntax])
    case or([ExpressionSyntax])
    case isNull(ExpressionSyntax, negated: Bool)
    case isDistinct(ExpressionSyntax, ExpressionSyntax, negated: Bool)
    case between(ExpressionSyntax, ExpressionSyntax, ExpressionSyntax, negated: Bool)
    case inList(ExpressionSyntax, [ExpressionSyntax], negated: Bool)
    case inQuery(ExpressionSyntax, Query, negated: Bool)
    case like(ExpressionSyntax, pattern: ExpressionSyntax, escape: ExpressionSyntax?, negated: Bool)
    case exists(Query)
    case scalarQuery(Query)
    case caseWhen(
      operand: ExpressionSyntax?, branches: [CaseBranch], otherwise: ExpressionSyntax?)
    case cast(ExpressionSyntax, TypeSyntax, isTry: Bool)
    case extract(Identifier, ExpressionSyntax)
    case call(FunctionCallSyntax)
    case lambda([Identifier], ExpressionSyntax)
    case array([ExpressionSyntax])
    case row([ExpressionSyntax])
    case subscripted(ExpressionSyntax, ExpressionSyntax)
    /// `(expression).field`.
    case field(ExpressionSyntax, Identifier)
    case atTimeZone(ExpressionSyntax, ExpressionSyntax)
  }
}

/// `WHEN condition THEN result`.
package struct CaseBranch: Sendable {
  package var condition: ExpressionSyntax
  package var result: ExpressionSyntax

  package init(condition: ExpressionSyntax, result: ExpressionSyntax) {
    self.condition = condition
    self.result = result
  }
}

/// Operators between numbers.
package enum ArithmeticOperator: String, Sendable, Hashable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case modulo = "%"
}

/// Operators between values of one type.
package enum ComparisonOperator: String, Sendable, Hashable {
  case equal = "="
  case notEqual = "<>"
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
}

/// Units of INTERVAL and EXTRACT.
package enum IntervalUnit: String, Sendable, Hashable {
  case year, quarter, month, week, day, hour, minute, second
}

/// A function call; also what `CURRENT_DATE`, `POSITION(a IN b)`, `TRIM(…)` and such are read as.
package struct FunctionCallSyntax: Sendable {
  package var name: QualifiedName
  package var arguments: [ExpressionSyntax]
  /// `count(*)`.
  package var isStar: Bool
  package var isDistinct: Bool
  /// `array_agg(x ORDER BY y)`, and WITHIN GROUP of `listagg`.
  package var orderBy: [SortItem]
  package var filter: ExpressionSyntax?
  package var ignoresNulls: Bool
  package var over: WindowReference?

  package init(
    name: QualifiedName, arguments: [ExpressionSyntax], isStar: Bool = false,
    isDistinct: Bool = false, orderBy: [SortItem] = [], filter: ExpressionSyntax? = nil,
    ignoresNulls: Bool = false, over: WindowReference? = nil
  ) {
    self.name = name
    self.arguments = arguments
    self.isStar = isStar
    self.isDistinct = isDistinct
    self.orderBy = orderBy
    self.filter = filter
    self.ignoresNulls = ignoresNulls
    self.over = over
  }
}

/// What stands behind OVER.
package enum WindowReference: Sendable {
  case named(Identifier)
  case inline(WindowSyntax)
}

/// PARTITION BY, ORDER BY and the frame of a window.
package struct WindowSyntax: Sendable {
  package var base: Identifier?
  package var partitionBy: [ExpressionSyntax]
  package var orderBy: [SortItem]
  package var frame: FrameSyntax?

  package init(
    base: Identifier?, partitionBy: [ExpressionSyntax], orderBy: [SortItem], frame: FrameSyntax?
  ) {
    self.base = base
    self.partitionBy = partitionBy
    self.orderBy = orderBy
    self.frame = frame
  }
}

/// `ROWS BETWEEN … AND …`.
package struct FrameSyntax: Sendable {
  package var unit: FrameUnit
  package var start: FrameBoundSyntax
  package var end: FrameBoundSyntax

  package init(unit: FrameUnit, start: FrameBoundSyntax, end: FrameBoundSyntax) {
    self.unit = unit
    self.start = start
    self.end = end
  }
}

/// What a frame counts in.
package enum FrameUnit: Sendable, Hashable { case rows, range, groups }

/// One end of a frame.
package enum FrameBoundSyntax: Sendable {
  case unboundedPreceding
  case preceding(ExpressionSyntax)
  case currentRow
  case following(ExpressionSyntax)
  case unboundedFollowing
}

/// A type as written: `DECIMAL(16, 8)`, `ARRAY(ROW(a BIGINT))`, `timestamp(3) with time zone`.
package struct TypeSyntax: Sendable {
  /// Lower case; `double precision` is `double`, zone suffixes are kept: `timestamp with time zone`.
  package var name: String
  package var arguments: [TypeArgument]
  package var range: SourceRange

  package init(name: String, arguments: [TypeArgument], range: SourceRange) {
    self.name = name
    self.arguments = arguments
    self.range = range
  }
}

/// What stands in the parentheses of a type.
package enum TypeArgument: Sendable {
  case number(Int)
  case type(TypeSyntax)
  /// A field of a ROW.
  case field(Identifier, TypeSyntax)
}

import SQL
import TestSupport

/// Syntax trees of every shape, from a seed.
struct RandomTree {
  private var random: SplitMix64
  private let nowhere = SourceRange(0, 0)

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
  }

  private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
  private mutating func flag() -> Bool { Bool.random(using: &random) }

  private mutating func one<T>(of choices: [T]) -> T { choices[pick(choices.count)] }

  private mutating func some<T>(_ range: ClosedRange<Int>, _ make: (inout RandomTree) -> T) -> [T] {
    (0..<Int.random(in: range, using: &random)).map { _ in make(&self) }
  }

  private mutating func identifier() -> Identifier {
    flag()
      ? Identifier(one(of: ["a", "b", "cost", "year", "value", "ä"]), range: nowhere)
      : Identifier(one(of: ["a b", "select", "x\"y", "Ä"]), isQuoted: true, range: nowhere)
  }

  private mutating func name() -> QualifiedName {
    QualifiedName(some(1...3) { $0.identifier() })
  }

  private mutating func type(_ depth: Int = 2) -> TypeSyntax {
    switch pick(depth > 0 ? 7 : 4) {
    case 0: TypeSyntax(name: "bigint", arguments: [], range: nowhere)
    case 1: TypeSyntax(name: "decimal", arguments: [.number(10), .number(2)], range: nowhere)
    case 2: TypeSyntax(name: "timestamp with time zone", arguments: [.number(3)], range: nowhere)
    case 3: TypeSyntax(name: "double", arguments: [], range: nowhere)
    case 4: TypeSyntax(name: "array", arguments: [.type(type(depth - 1))], range: nowhere)
    case 5:
      TypeSyntax(
        name: "map", arguments: [.type(type(depth - 1)), .type(type(depth - 1))], range: nowhere)
    default:
      TypeSyntax(
        name: "row", arguments: some(1...2) { .field($0.identifier(), $0.type(depth - 1)) },
        range: nowhere)
    }
  }

  mutating func expression(_ depth: Int) -> ExpressionSyntax {
    ExpressionSyntax(depth > 0 ? inner(depth - 1) : leaf(), nowhere)
  }

  private mutating func leaf() -> ExpressionSyntax.Kind {
    switch pick(11) {
    case 0: .null
    case 1: .boolean(flag())
    case 2: .integer("\(pick(1_000))")
    case 3: .decimal(one(of: ["1.50", ".5", "2."]))
    case 4: .double(one(of: ["1E0", "1.5e-3"]))
    case 5: .string(one(of: ["", "it's", "a;b", "--", "日本"]))
    case 6: .binary([0, 0xCA, UInt8(pick(256))])
    case 7:
      .typedLiteral(TypeSyntax(name: "date", arguments: [], range: nowhere), "2026-01-01")
    case 8: .interval("1", isNegative: flag(), from: .year, to: flag() ? .month : nil)
    case 9: .parameter(0)
    default: .name(name())
    }
  }

  private mutating func inner(_ depth: Int) -> ExpressionSyntax.Kind {
    switch pick(25) {
    case 0: return .negate(expression(depth))
    case 1, 2:
      let sign = one(of: [ArithmeticOperator.add, .subtract, .multiply, .divide, .modulo])
      return .arithmetic(sign, expression(depth), expression(depth))
    case 3: return .concatenate(expression(depth), expression(depth))
    case 4:
      return .compare(one(of: [.equal, .notEqual, .less]), expression(depth), expression(depth))
    case 5: return .quantified(.greater, expression(depth), isAll: flag(), query(depth))
    case 6: return .not(expression(depth))
    case 7: return .and(some(2...3) { $0.expression(depth) })
    case 8: return .or(some(2...3) { $0.expression(depth) })
    case 9: return .isNull(expression(depth), negated: flag())
    case 10: return .isDistinct(expression(depth), expression(depth), negated: flag())
    case 11:
      return .between(expression(depth), expression(depth), expression(depth), negated: flag())
    case 12:
      return .inList(expression(depth), some(1...3) { $0.expression(depth) }, negated: flag())
    case 13: return .inQuery(expression(depth), query(depth), negated: flag())
    case 14:
      return .like(
        expression(depth), pattern: expression(depth), escape: flag() ? expression(depth) : nil,
        negated: flag())
    case 15: return flag() ? .exists(query(depth)) : .scalarQuery(query(depth))
    case 16:
      return .caseWhen(
        operand: flag() ? expression(depth) : nil,
        branches: some(1...2) {
          CaseBranch(condition: $0.expression(depth), result: $0.expression(depth))
        },
        otherwise: flag() ? expression(depth) : nil)
    case 17: return .cast(expression(depth), type(), isTry: flag())
    case 18: return .extract(Identifier("month", range: nowhere), expression(depth))
    case 19, 20: return .call(call(depth))
    case 21: return .lambda(some(0...2) { $0.identifier() }, expression(depth))
    case 22:
      let items = some(1...3) { $0.expression(depth) }
      return flag() ? .array(items) : .row(items)
    case 23: return .subscripted(expression(depth), expression(depth))
    default:
      return flag()
        ? .field(expression(depth), identifier()) : .atTimeZone(expression(depth), expression(0))
    }
  }

  private mutating func call(_ depth: Int) -> FunctionCallSyntax {
    var call = FunctionCallSyntax(
      name: QualifiedName([Identifier(one(of: ["f", "sum", "left"]), range: nowhere)]),
      arguments: some(1...2) { $0.expression(depth) })
    call.isDistinct = flag()
    if flag() { call.orderBy = sortItems(depth) }
    if flag() { call.filter = expression(depth) }
    if flag() {
      call.ignoresNulls = flag()
      call.over = flag() ? .named(identifier()) : .inline(window(depth))
    }
    return call
  }

  private mutating func window(_ depth: Int) -> WindowSyntax {
    WindowSyntax(
      base: flag() ? identifier() : nil, partitionBy: some(0...2) { $0.expression(depth) },
      orderBy: flag() ? sortItems(depth) : [],
      frame: flag()
        ? FrameSyntax(unit: .rows, start: .preceding(expression(0)), end: .unboundedFollowing) : nil
    )
  }

  private mutating func sortItems(_ depth: Int) -> [SortItem] {
    some(1...2) {
      SortItem(
        expression: $0.expression(depth), isDescending: $0.flag(),
        nullsFirst: $0.one(of: [nil, true, false]))
    }
  }

  mutating func query(_ depth: Int) -> Query {
    var query = Query(body: body(depth), range: nowhere)
    if depth > 0, pick(4) == 0 {
      query.with = some(1...2) {
        CommonTable(
          name: $0.identifier(), columns: $0.some(0...2) { $0.identifier() },
          query: $0.query(depth - 1))
      }
    }
    if pick(3) == 0 { query.orderBy = sortItems(depth) }
    if pick(4) == 0 { query.limit = ExpressionSyntax(.integer("5"), nowhere) }
    return query
  }

  private mutating func body(_ depth: Int) -> QueryBody {
    switch pick(depth > 0 ? 5 : 2) {
    case 0, 1: return .select(select(depth))
    case 2: return .values(some(1...2) { $0.expression(depth - 1) }, nowhere)
    default:
      let operation = one(of: [SetOperator.union, .intersect, .except])
      return .setOperation(operation, isAll: flag(), body(depth - 1), body(depth - 1), nowhere)
    }
  }

  private mutating func select(_ depth: Int) -> Select {
    Select(
      isDistinct: flag(),
      items: some(1...2) {
        $0.pick(4) == 0
          ? .all(of: $0.flag() ? $0.name() : nil, $0.nowhere)
          : .expression($0.expression(depth), alias: $0.flag() ? $0.identifier() : nil)
      },
      from: flag() ? table(depth) : nil, condition: flag() ? expression(depth) : nil,
      groupBy: flag()
        ? GroupBy(isDistinct: flag(), elements: [.rollup([[expression(depth)], []])]) : nil,
      having: pick(4) == 0 ? expression(depth) : nil,
      windows: pick(4) == 0 ? [NamedWindow(name: identifier(), window: window(depth))] : [],
      range: nowhere)
  }

  private mutating func table(_ depth: Int) -> TableReference {
    let alias =
      flag() ? TableAlias(name: identifier(), columns: some(0...2) { $0.identifier() }) : nil
    switch pick(depth > 0 ? 6 : 3) {
    case 0: return .named(name(), version: flag() ? .version(expression(0)) : nil, alias)
    case 1:
      return .file("a'b.csv", version: flag() ? .timestamp(expression(0)) : nil, nowhere, alias)
    case 2: return .unnest([expression(0)], withOrdinality: flag(), alias, nowhere)
    case 3: return .subquery(query(depth - 1), alias, isLateral: flag())
    case 4: return .sample(.named(name(), version: nil, alias), percent: expression(0))
    default:
      let kind = one(of: [JoinKind.inner, .left, .right, .full, .cross])
      let condition: JoinCondition =
        kind == .cross
        ? .none : flag() ? .on(expression(depth)) : .using(some(1...2) { $0.identifier() })
      return .join(table(depth - 1), table(depth - 1), kind, condition, nowhere)
    }
  }
}

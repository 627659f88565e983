import Columns
import Kernels
import Planning
import SQL

/// Finds, among the filters of a scan, tests of one column against constants, with which a source can
/// leave out what cannot match.
enum ScanConditions {
  static func extract(_ scan: Scan) -> [ScanCondition] {
    let positions = Dictionary(
      scan.columns.map { ($0.reference.id, $0.position) }, uniquingKeysWith: { first, _ in first })
    return scan.filters.flatMap { conditions($0, positions) }
  }

  private static func conditions(_ filter: Expression, _ positions: [Int: Int]) -> [ScanCondition] {
    switch filter {
    case .and(let operands): return operands.flatMap { conditions($0, positions) }
    case .compare(let operation, .column(let column), .literal(let value, _)):
      guard let position = positions[column.id], !value.isNull else { return [] }
      return test(operation, value).map { [ScanCondition(column: position, test: $0)] } ?? []
    case .compare(let operation, .literal(let value, _), .column(let column)):
      guard let position = positions[column.id], !value.isNull else { return [] }
      return test(mirrored(operation), value).map { [ScanCondition(column: position, test: $0)] }
        ?? []
    case .inValues(.column(let column), let values, _):
      guard let position = positions[column.id] else { return [] }
      return [ScanCondition(column: position, test: .oneOf(values))]
    case .isNull(.column(let column)):
      guard let position = positions[column.id] else { return [] }
      return [ScanCondition(column: position, test: .isNull)]
    case .not(.isNull(.column(let column))):
      guard let position = positions[column.id] else { return [] }
      return [ScanCondition(column: position, test: .isNotNull)]
    case .like(.column(let column), let pattern, let escape):
      guard let position = positions[column.id],
        let range = prefixRange(pattern, escape: escape)
      else { return [] }
      return [ScanCondition(column: position, test: range)]
    case .or(let operands): return alternatives(operands, positions).map { [$0] } ?? []
    case .column, .literal, .arithmetic, .negate, .compare, .isDistinct, .not, .isNull, .inValues,
      .like, .cast, .caseWhen, .coalesce, .attempt, .call, .field, .row, .array:
      return []
    }
  }

  /// `x = 1 OR x = 2 OR x IN (3, 4)` as one test.
  private static func alternatives(_ operands: [Expression], _ positions: [Int: Int])
    -> ScanCondition?
  {
    var column: Int?
    var values: [Value] = []
    for operand in operands {
      let found = conditions(operand, positions)
      guard found.count == 1, column == nil || column == found[0].column else { return nil }
      column = found[0].column
      switch found[0].test {
      case .oneOf(let more): values += more
      case .range(let lower?, let upper?) where lower == upper: values.append(lower)
      case .range, .isNull, .isNotNull: return nil
      }
    }
    return column.map { ScanCondition(column: $0, test: .oneOf(values)) }
  }

  private static func test(_ operation: ComparisonOperator, _ value: Value) -> ScanCondition.Test? {
    switch operation {
    case .equal: .range(lower: value, upper: value)
    case .less, .lessOrEqual: .range(lower: nil, upper: value)
    case .greater, .greaterOrEqual: .range(lower: value, upper: nil)
    case .notEqual: nil
    }
  }

  private static func mirrored(_ operation: ComparisonOperator) -> ComparisonOperator {
    switch operation {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    case .equal, .notEqual: operation
    }
  }

  /// The texts that start as the pattern does.
  private static func prefixRange(_ pattern: [UInt8], escape: UInt8?) -> ScanCondition.Test? {
    let wildcards: Set<UInt8> = [UInt8(ascii: "%"), UInt8(ascii: "_")]
    let prefix = Array(pattern.prefix { !wildcards.contains($0) && $0 != escape })
    guard !prefix.isEmpty else { return nil }
    if prefix.count == pattern.count {
      return .range(lower: .bytes(prefix), upper: .bytes(prefix))
    }
    var upper = prefix
    while let last = upper.last, last == 0xFF { upper.removeLast() }
    guard let last = upper.popLast() else { return .range(lower: .bytes(prefix), upper: nil) }
    return .range(lower: .bytes(prefix), upper: .bytes(upper + [last + 1]))
  }
}

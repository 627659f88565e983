package import Columns

/// Comparisons of two columns of one type; decimals may differ in precision and scale.
///
/// Results are BOOLEAN columns, NULL where an operand is. NaN equals nothing and is neither less nor
/// greater than anything, as in Trino's operators; ``Ordering`` puts it last instead. A dictionary
/// compared with a constant is asked once per entry, and the result is a dictionary.
package enum Comparison {
  package static func equal(_ a: Column, _ b: Column) -> Column {
    compare(a, b, .equal)
  }

  package static func notEqual(_ a: Column, _ b: Column) -> Column {
    compare(a, b, .notEqual)
  }

  package static func less(_ a: Column, _ b: Column) -> Column {
    compare(a, b, .less)
  }

  package static func lessOrEqual(_ a: Column, _ b: Column) -> Column {
    compare(a, b, .lessOrEqual)
  }

  package static func greater(_ a: Column, _ b: Column) -> Column {
    compare(b, a, .less)
  }

  package static func greaterOrEqual(_ a: Column, _ b: Column) -> Column {
    compare(b, a, .lessOrEqual)
  }

  /// IS DISTINCT FROM: never NULL; two NULLs are not distinct, and neither are two NaN.
  package static func isDistinct(_ a: Column, _ b: Column) -> Column {
    let a = a.flattened()
    let b = alignedDecimal(b, with: a)
    let left = alignedDecimal(a, with: b)
    let right = b.flattened()
    return Column(
      .boolean,
      .boolean((0..<left.count).map { Ordering.compare(left, $0, right, $0) != 0 }))
  }

  /// IS NULL: never NULL itself.
  package static func isNull(_ column: Column) -> Column {
    switch column.form {
    case .constant(let value):
      return Column(.boolean, constant: .boolean(value.isNull), count: column.count)
    case .dictionary(let codes, let dictionary):
      return Column(codes: codes, ColumnDictionary(isNull(dictionary.values)))
    case .flat(_, let validity):
      if column.type == .null {
        return Column(.boolean, constant: .boolean(true), count: column.count)
      }
      guard let mask = validity.mask else {
        return Column(.boolean, constant: .boolean(false), count: column.count)
      }
      return Column(.boolean, .boolean(mask.map { !$0 }))
    }
  }

  enum Operator { case equal, notEqual, less, lessOrEqual }

  private static func compare(_ a: Column, _ b: Column, _ sign: Operator) -> Column {
    switch (a.form, b.form) {
    case (.constant(.null), _), (_, .constant(.null)):
      return Column(.boolean, constant: .null, count: a.count)
    case (.dictionary(let codes, let dictionary), .constant(let value))
    where dictionary.count <= a.count:
      let constant = Column(b.type, constant: value, count: dictionary.count)
      let answers = compare(dictionary.values, constant, sign)
      return Column(codes: codes, ColumnDictionary(answers))
    case (.constant(let value), .dictionary(let codes, let dictionary))
    where dictionary.count <= a.count:
      let constant = Column(a.type, constant: value, count: dictionary.count)
      let answers = compare(constant, dictionary.values, sign)
      return Column(codes: codes, ColumnDictionary(answers))
    default: return compareValues(a, b, sign)
    }
  }

  private static func compareValues(_ a: Column, _ b: Column, _ sign: Operator) -> Column {
    if a.type == .null || b.type == .null {
      return Column(.boolean, constant: .null, count: a.count)
    }
    switch a.type.physical {
    case .boolean:
      return numbers(
        a.booleanOperand.map { $0 ? Int64(1) : 0 }, b.booleanOperand.map { $0 ? Int64(1) : 0 },
        sign,
        a.count)
    case .int64: return numbers(a.int64Operand, b.int64Operand, sign, a.count)
    case .double: return numbers(a.doubleOperand, b.doubleOperand, sign, a.count)
    case .decimal:
      let left = alignedDecimal(a, with: b)
      return numbers(left.decimalOperand, alignedDecimal(b, with: a).decimalOperand, sign, a.count)
    case .text: return TextComparison.compare(a, b, sign)
    case .array, .map, .row: return nested(a, b, sign)
    }
  }

  /// A decimal column at the larger scale of the two; values too large for it saturate, which keeps
  /// their order against every value that the other column can hold.
  private static func alignedDecimal(_ column: Column, with other: Column) -> Column {
    guard case .decimal = column.type, column.type.decimalScale < other.type.decimalScale else {
      return column
    }
    let factor = DecimalMath.powerOfTen(other.type.decimalScale - column.type.decimalScale)
    return column.decimalOperand.map { value in
      let (product, overflow) = value.multipliedReportingOverflow(by: factor)
      return overflow ? (value < 0 ? Int128.min : Int128.max) : product
    }.column(.decimal(precision: 38, scale: other.type.decimalScale), count: column.count)
  }

  private static func nested(_ a: Column, _ b: Column, _ sign: Operator) -> Column {
    let left = a.flattened()
    let right = b.flattened()
    var values = [Bool](repeating: false, count: left.count)
    var mask = [Bool](repeating: true, count: left.count)
    for row in values.indices {
      guard !left.isNull(row), !right.isNull(row) else {
        mask[row] = false
        continue
      }
      switch sign {
      case .equal, .notEqual:
        if let same = SQLEquality.equal(left.value(row), right.value(row)) {
          values[row] = same == (sign == .equal)
        } else {
          mask[row] = false
        }
      case .less: values[row] = Ordering.compare(left, row, right, row) < 0
      case .lessOrEqual: values[row] = Ordering.compare(left, row, right, row) <= 0
      }
    }
    return Column(.boolean, .boolean(values), Validity(checking: mask))
  }
}

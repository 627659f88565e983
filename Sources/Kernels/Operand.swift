import Columns

/// A column as a loop takes it: nothing, one value for every row, or one value a row.
enum Operand<Element> {
  case null
  case one(Element)
  case many([Element], Validity)
}

extension Column {
  var int64Operand: Operand<Int64> {
    switch form {
    case .constant(.int64(let value)): .one(value)
    case .constant: .null
    case .flat(.int64(let values), let validity): .many(values, validity)
    case .flat: .null
    case .dictionary: flattened().int64Operand
    }
  }

  var doubleOperand: Operand<Double> {
    switch form {
    case .constant(.double(let value)): .one(value)
    case .constant: .null
    case .flat(.double(let values), let validity): .many(values, validity)
    case .flat: .null
    case .dictionary: flattened().doubleOperand
    }
  }

  var decimalOperand: Operand<Int128> {
    switch form {
    case .constant(.decimal(let value)): .one(value)
    case .constant: .null
    case .flat(.decimal(let values), let validity): .many(values, validity)
    case .flat: .null
    case .dictionary: flattened().decimalOperand
    }
  }

  var booleanOperand: Operand<Bool> {
    switch form {
    case .constant(.boolean(let value)): .one(value)
    case .constant: .null
    case .flat(.boolean(let values), let validity):
      type == .null ? .null : .many(values, validity)
    case .flat: .null
    case .dictionary: flattened().booleanOperand
    }
  }
}

extension Operand {
  /// The operand as a column of `count` rows.
  func column(
    _ type: DataType, count: Int, one: (Element) -> Value, many: ([Element]) -> Values
  ) -> Column {
    switch self {
    case .null: Column(type, constant: .null, count: count)
    case .one(let value): Column(type, constant: one(value), count: count)
    case .many(let values, let validity): Column(type, many(values), validity)
    }
  }

  /// One value after another, NULL rows included: their values mean nothing but must not trap.
  @inline(__always)
  func map<Result>(_ body: (Element) -> Result) -> Operand<Result> {
    switch self {
    case .null: .null
    case .one(let value): .one(body(value))
    case .many(let values, let validity): .many(mapped(values.span, body), validity)
    }
  }

  /// As ``map(_:)`` with a body that also tells whether it failed.
  ///
  /// - Throws: `error` of the first present value for which the body failed.
  @inline(__always)
  func checkedMap<Result>(
    _ body: (Element) -> (Result, failed: Bool), error: (Element) -> EvaluationError
  ) throws -> Operand<Result> {
    switch self {
    case .null: return .null
    case .one(let value):
      let (result, failed) = body(value)
      if failed { throw error(value) }
      return .one(result)
    case .many(let values, let validity):
      var anyFailed = false
      let results = mapped(values.span) { value in
        let (result, failed) = body(value)
        anyFailed = anyFailed || failed
        return result
      }
      if anyFailed {
        for row in values.indices where validity.isPresent(row) && body(values[row]).failed {
          throw error(values[row])
        }
      }
      return .many(results, validity)
    }
  }
}

extension Operand<Int64> {
  func column(_ type: DataType, count: Int) -> Column {
    column(type, count: count, one: Value.int64, many: Values.int64)
  }
}

extension Operand<Double> {
  func column(_ type: DataType, count: Int) -> Column {
    column(type, count: count, one: Value.double, many: Values.double)
  }
}

extension Operand<Int128> {
  func column(_ type: DataType, count: Int) -> Column {
    column(type, count: count, one: Value.decimal, many: Values.decimal)
  }
}

extension Operand<Bool> {
  func column(count: Int) -> Column {
    column(.boolean, count: count, one: Value.boolean, many: Values.boolean)
  }
}

/// Two operands row by row; NULL where either is.
@inline(__always)
func combine<A, B, Result>(_ a: Operand<A>, _ b: Operand<B>, _ body: (A, B) -> Result)
  -> Operand<Result>
{
  switch (a, b) {
  case (.null, _), (_, .null): .null
  case (.one(let x), .one(let y)): .one(body(x, y))
  case (.many(let xs, let validity), .one(let y)):
    .many(mapped(xs.span) { body($0, y) }, validity)
  case (.one(let x), .many(let ys, let validity)):
    .many(mapped(ys.span) { body(x, $0) }, validity)
  case (.many(let xs, let first), .many(let ys, let second)):
    .many(zipped(xs.span, ys.span, body), first.intersection(second))
  }
}

/// As ``combine(_:_:_:)`` with a body that also tells whether it failed.
///
/// - Throws: `error` of the first row that is present and failed.
@inline(__always)
func combineChecked<A, B, Result>(
  _ a: Operand<A>, _ b: Operand<B>, _ body: (A, B) -> (Result, failed: Bool),
  error: (A, B) -> EvaluationError
) throws -> Operand<Result> {
  var anyFailed = false
  let result = combine(a, b) { x, y in
    let (value, failed) = body(x, y)
    anyFailed = anyFailed || failed
    return value
  }
  guard anyFailed else { return result }
  switch (a, b) {
  case (.null, _), (_, .null): break
  case (.one(let x), .one(let y)): throw error(x, y)
  case (.many(let xs, let validity), .one(let y)):
    for row in xs.indices where validity.isPresent(row) && body(xs[row], y).failed {
      throw error(xs[row], y)
    }
  case (.one(let x), .many(let ys, let validity)):
    for row in ys.indices where validity.isPresent(row) && body(x, ys[row]).failed {
      throw error(x, ys[row])
    }
  case (.many(let xs, let first), .many(let ys, let second)):
    for row in xs.indices
    where first.isPresent(row) && second.isPresent(row) && body(xs[row], ys[row]).failed {
      throw error(xs[row], ys[row])
    }
  }
  return result
}

@inline(__always)
private func mapped<Element, Result>(_ values: Span<Element>, _ body: (Element) -> Result)
  -> [Result]
{
  [Result](capacity: values.count) { out in
    for row in values.indices { out.append(body(values[row])) }
  }
}

@inline(__always)
private func zipped<A, B, Result>(_ a: Span<A>, _ b: Span<B>, _ body: (A, B) -> Result)
  -> [Result]
{
  [Result](capacity: a.count) { out in
    for row in a.indices { out.append(body(a[row], b[row])) }
  }
}

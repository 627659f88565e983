import Columns

// Comparisons of numbers: loops without a call per value, of which the compiler makes vector code.
extension Comparison {
  static func numbers(
    _ a: Operand<Int64>, _ b: Operand<Int64>, _ sign: Operator, _ count: Int
  ) -> Column {
    compared(a, b, sign, count)
  }

  static func numbers(
    _ a: Operand<Double>, _ b: Operand<Double>, _ sign: Operator, _ count: Int
  ) -> Column {
    compared(a, b, sign, count)
  }

  static func numbers(
    _ a: Operand<Int128>, _ b: Operand<Int128>, _ sign: Operator, _ count: Int
  ) -> Column {
    compared(a, b, sign, count)
  }

  @inline(__always)
  private static func compared<Element: Comparable>(
    _ a: Operand<Element>, _ b: Operand<Element>, _ sign: Operator, _ count: Int
  ) -> Column {
    switch (a, b) {
    case (.null, _), (_, .null): return Column(.boolean, constant: .null, count: count)
    case (.one(let x), .one(let y)):
      return Column(.boolean, constant: .boolean(answer(x, y, sign)), count: count)
    case (.many(let values, let validity), .one(let bound)):
      let answers =
        switch sign {
        case .equal: each(values) { $0 == bound }
        case .notEqual: each(values) { $0 != bound }
        case .less: each(values) { $0 < bound }
        case .lessOrEqual: each(values) { $0 <= bound }
        }
      return Column(.boolean, .boolean(answers), validity)
    case (.one(let bound), .many(let values, let validity)):
      let answers =
        switch sign {
        case .equal: each(values) { bound == $0 }
        case .notEqual: each(values) { bound != $0 }
        case .less: each(values) { bound < $0 }
        case .lessOrEqual: each(values) { bound <= $0 }
        }
      return Column(.boolean, .boolean(answers), validity)
    case (.many(let left, let validity), .many(let right, let others)):
      let answers =
        switch sign {
        case .equal: each(left, right) { $0 == $1 }
        case .notEqual: each(left, right) { $0 != $1 }
        case .less: each(left, right) { $0 < $1 }
        case .lessOrEqual: each(left, right) { $0 <= $1 }
        }
      return Column(.boolean, .boolean(answers), validity.intersection(others))
    }
  }

  private static func answer<Element: Comparable>(
    _ a: Element, _ b: Element, _ sign: Operator
  ) -> Bool {
    switch sign {
    case .equal: a == b
    case .notEqual: a != b
    case .less: a < b
    case .lessOrEqual: a <= b
    }
  }

  @inline(__always)
  private static func each<Element>(_ values: [Element], _ test: (Element) -> Bool) -> [Bool] {
    var answers = [Bool](repeating: false, count: values.count)
    let source = values.span
    var out = answers.mutableSpan
    for row in source.indices { out[row] = test(source[row]) }
    return answers
  }

  @inline(__always)
  private static func each<Element>(
    _ left: [Element], _ right: [Element], _ test: (Element, Element) -> Bool
  ) -> [Bool] {
    var answers = [Bool](repeating: false, count: left.count)
    let a = left.span
    let b = right.span
    precondition(b.count >= a.count, "the columns of a comparison have as many rows")
    var out = answers.mutableSpan
    for row in a.indices { out[row] = test(a[row], b[row]) }
    return answers
  }
}

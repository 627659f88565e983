import Columns
import Kernels
import SQL

extension ExpressionBinder {
  func bindLiteral(_ syntax: ExpressionSyntax) throws -> Expression {
    switch syntax.kind {
    case .integer(let digits): return try integer(digits, at: syntax.range)
    case .decimal(let digits): return try decimal(digits, at: syntax.range)
    case .double(let digits):
      guard let number = Double(digits) else {
        throw SQLError("'\(digits)' is not a number", at: syntax.range)
      }
      return .literal(.double(number), .double)
    case .string(let text): return .literal(.text(text), .varchar)
    case .binary(let bytes): return .literal(.bytes(bytes), .varbinary)
    case .typedLiteral(let syntaxType, let text) where syntaxType.name == "uuid":
      return try bindCast(
        ExpressionSyntax(.string(text), syntax.range), syntaxType, isTry: false, at: syntax.range)
    case .typedLiteral(let type, let text):
      var type = try TypeNames.resolve(type)
      if case .char = type { type = .char(length: max(1, text.unicodeScalars.count)) }
      if type == .json {
        // CAST would make the text a JSON string.
        let parsed = try call(
          "json_parse", [.literal(.text(text), .varchar)], at: syntax.range)
        return .literal(try binder.value(of: parsed, at: syntax.range), type)
      }
      if type == .timestamp, try isZoned(text, at: syntax.range) { type = .timestampWithZone }
      if type == .timestamp || type == .time || type == .timestampWithZone {
        try TimePrecision.check(text, type, at: syntax.range)
      }
      let cast = Expression.cast(.literal(.text(text), .varchar), type, isTry: false)
      return .literal(try binder.value(of: cast, at: syntax.range), type)
    case .interval(let text, let isNegative, let from, let to):
      return try IntervalText.parse(text, isNegative: isNegative, from, to, at: syntax.range)
    case .parameter(let position):
      let parameters = binder.planner.parameters
      guard parameters.indices.contains(position) else {
        throw SQLError(
          "the statement has a parameter '?' number \(position + 1), but \(parameters.count) "
            + "value\(parameters.count == 1 ? " was" : "s were") given; EXECUTE … USING gives them",
          at: syntax.range)
      }
      return .literal(parameters[position].value, parameters[position].type)
    default: preconditionFailure("only literals are bound here")
    }
  }

  /// Whether a TIMESTAMP literal names a zone behind the time.
  private func isZoned(_ text: String, at range: SourceRange) throws -> Bool {
    let text = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
    let hasZone =
      text.count > 2
      || (text.count == 2
        && text[1].utf8.contains {
          $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") || ($0 | 0x20) == UInt8(ascii: "z")
        })
    guard hasZone else { return false }
    do {
      return try ZonedTimes.parse(literal: text.joined(separator: " ")) != nil
    } catch {
      throw SQLError(Binder.message(of: error), at: range)
    }
  }

  private func integer(_ digits: String, at range: SourceRange) throws -> Expression {
    guard let number = Int64(digits) else {
      throw SQLError("\(digits) does not fit BIGINT; write \(digits).0 for a decimal", at: range)
    }
    return .literal(.int64(number), Int32(exactly: number) != nil ? .integer : .bigint)
  }

  private func decimal(_ text: String, at range: SourceRange) throws -> Expression {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? parts[1] : ""
    let whole = parts[0].drop { $0 == "0" }
    let digits = String(whole + fraction)
    guard digits.utf8.count <= 38, let unscaled = Int128(digits.isEmpty ? "0" : digits) else {
      throw SQLError("\(text) has more than the 38 digits of a decimal", at: range)
    }
    let type = DataType.decimal(
      precision: max(digits.utf8.count, 1), scale: fraction.utf8.count)
    return .literal(.decimal(unscaled), type)
  }
}

/// The text of INTERVAL literals.
enum IntervalText {
  static func parse(
    _ text: String, isNegative: Bool, _ from: IntervalUnit, _ to: IntervalUnit?,
    at range: SourceRange
  ) throws -> Expression {
    var body = text[...]
    var negative = isNegative
    if body.first == "-" || body.first == "+" {
      if body.first == "-" { negative.toggle() }
      body = body.dropFirst()
    }
    let type: DataType =
      switch from {
      case .year, .quarter, .month: .intervalYearToMonth
      case .week, .day, .hour, .minute, .second: .intervalDayToSecond
      }
    guard let magnitude = to.map({ fields(body, from, $0) }) ?? single(body, from) else {
      let form = to.map { " to \($0.rawValue)" } ?? ""
      throw SQLError("'\(text)' is not an interval in \(from.rawValue)\(form)", at: range)
    }
    return .literal(.int64(negative ? -magnitude : magnitude), type)
  }

  private static func size(of unit: IntervalUnit) -> Int64 {
    switch unit {
    case .year: 12
    case .quarter: 3
    case .month: 1
    case .week: 7 * Microseconds.day
    case .day: Microseconds.day
    case .hour: Microseconds.hour
    case .minute: Microseconds.minute
    case .second: Microseconds.second
    }
  }

  private static func single(_ text: Substring, _ unit: IntervalUnit) -> Int64? {
    if unit == .second { return seconds(text) }
    return count(text, of: unit)
  }

  private static func count(_ text: some StringProtocol, of unit: IntervalUnit) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }),
      let number = Int64(text)
    else { return nil }
    let (result, overflow) = number.multipliedReportingOverflow(by: size(of: unit))
    return overflow ? nil : result
  }

  private static func seconds(_ text: some StringProtocol) -> Int64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = count(parts[0], of: .second) else { return nil }
    guard parts.count == 2 else { return whole }
    let digits = parts[1].prefix(6)
    guard !digits.isEmpty, parts[1].utf8.allSatisfy({ (48...57).contains($0) }),
      let fraction = Int64(digits + String(repeating: "0", count: 6 - digits.utf8.count))
    else { return nil }
    let (result, overflow) = whole.addingReportingOverflow(fraction)
    return overflow ? nil : result
  }

  /// `1-3`, `2 10:30:00.5`: from the larger unit to the smaller one; units missing behind are zero.
  private static func fields(_ text: Substring, _ from: IntervalUnit, _ to: IntervalUnit) -> Int64?
  {
    let order: [IntervalUnit] =
      from == .year ? [.year, .month] : [.day, .hour, .minute, .second]
    guard let first = order.firstIndex(of: from), let last = order.firstIndex(of: to),
      first < last
    else { return nil }
    let parts = text.split(
      omittingEmptySubsequences: false, whereSeparator: { $0 == "-" || $0 == " " || $0 == ":" })
    guard parts.count <= last - first + 1 else { return nil }
    var total: Int64 = 0
    for (part, unit) in zip(parts, order[first...last]) {
      guard let amount = single(part, unit) else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(amount)
      guard !overflow else { return nil }
      total = sum
    }
    return total
  }
}

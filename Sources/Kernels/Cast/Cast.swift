package import Columns

/// CAST and TRY_CAST with Trino's rules.
package enum Cast {
  /// Whether a cast from one type to another exists at all; the planner refuses the others.
  package static func isPossible(from source: DataType, to target: DataType) -> Bool {
    if source == target || source == .null { return true }
    switch (source, target) {
    case (.array(let element), .array(let other)): return isPossible(from: element, to: other)
    case (.map(let key, let value), .map(let otherKey, let otherValue)):
      return isPossible(from: key, to: otherKey) && isPossible(from: value, to: otherValue)
    case (.row(let fields), .row(let others)):
      return fields.count == others.count
        && zip(fields, others).allSatisfy { isPossible(from: $0.type, to: $1.type) }
    case (.json, _): return JSONCast.canRead(target)
    case (_, .json): return JSONCast.canWrite(source)
    default: return isScalarPossible(from: source, to: target)
    }
  }

  /// The column as another type, NULL staying NULL.
  ///
  /// - Parameter isTry: A value that does not convert becomes NULL instead of an error.
  /// - Throws: `EvaluationError` such as `cannot cast '1,20' to double`.
  package static func cast(_ column: Column, to type: DataType, isTry: Bool) throws -> Column {
    if column.type == type { return column }
    switch column.form {
    case .constant(.null): return Column(type, constant: .null, count: column.count)
    case .constant(let value):
      if column.count == 0 { return Column(type, constant: .null, count: 0) }
      let single = Column(column.type, values: [value])
      let result = try cast(single, to: type, isTry: isTry)
      return Column(type, constant: result.value(0), count: column.count)
    case .dictionary(let codes, let dictionary):
      return try castDictionary(codes, dictionary, to: type, isTry: isTry)
    case .flat(let values, let validity):
      if column.type == .null { return Column(type, constant: .null, count: column.count) }
      return try castFlat(values, validity, from: column.type, to: type, isTry: isTry)
    }
  }

  /// Entries that no row uses must not raise an error, so entries are tried first.
  private static func castDictionary(
    _ codes: [UInt32], _ dictionary: ColumnDictionary, to type: DataType, isTry: Bool
  ) throws -> Column {
    let entries = dictionary.values
    let results = try cast(entries, to: type, isTry: true)
    if !isTry {
      var isUsed = [Bool](repeating: false, count: entries.count)
      for code in codes { isUsed[Int(code)] = true }
      for entry in 0..<entries.count
      where isUsed[entry] && results.isNull(entry) && !entries.isNull(entry) {
        let value = Column(entries.type, values: [entries.value(entry)])
        _ = try cast(value, to: type, isTry: false)
      }
    }
    return Column(codes: codes, ColumnDictionary(results))
  }

  private static func castFlat(
    _ values: Values, _ validity: Validity, from source: DataType, to type: DataType, isTry: Bool
  ) throws -> Column {
    if let column = try castBytes(values, validity, from: source, to: type, isTry: isTry) {
      return column
    }
    let target = CastTarget(type: type, isTry: isTry)
    if source == .json { return try JSONCast.read(values, validity, target) }
    if type == .json { return try JSONCast.write(Column(source, values, validity), target) }
    switch values {
    case .text(let texts): return try fromText(texts, validity, target)
    case .boolean(let booleans): return try fromBoolean(booleans, validity, target)
    case .int64(let integers):
      return source.isInteger
        ? try fromInteger(integers, validity, source, target)
        : try fromTime(integers, validity, source, target)
    case .double(let doubles): return try fromDouble(doubles, validity, source, target)
    case .decimal(let decimals):
      return try fromDecimal(decimals, validity, scale: source.decimalScale, target)
    case .array, .map, .row: return try fromNested(values, validity, target)
    }
  }

  private static func isScalarPossible(from source: DataType, to target: DataType) -> Bool {
    if isBytesPossible(from: source, to: target) { return true }
    return switch source {
    case .varchar:
      switch target {
      case .boolean, .tinyint, .smallint, .integer, .bigint, .real, .double, .decimal, .date,
        .timestamp, .time, .timestampWithZone, .varbinary:
        true
      case .null, .varchar, .json, .intervalYearToMonth, .intervalDayToSecond, .array, .map, .row,
        .char, .opaque:
        false
      }
    case .boolean, .tinyint, .smallint, .integer, .bigint, .real, .double, .decimal:
      target.isNumeric || target == .boolean || target == .varchar
    case .date: target == .timestamp || target == .timestampWithZone || target == .varchar
    case .timestamp, .timestampWithZone:
      target == .date || target == .timestamp || target == .varchar || target == .time
        || target == .timestampWithZone
    case .time: target == .varchar
    case .intervalYearToMonth, .intervalDayToSecond: target == .varchar
    case .null, .varbinary, .json, .array, .map, .row, .char, .opaque: false
    }
  }
}

/// What a cast is to give, and what becomes of values that do not convert.
struct CastTarget {
  let type: DataType
  let isTry: Bool

  /// Converts present values one by one; `body` gives nil for those that do not convert.
  @inline(__always)
  func convert<Source, Result>(
    count: Int, _ validity: Validity, filler: Result, value: (Int) -> Source,
    text: (Source) -> String, wrap: ([Result]) -> Values, _ body: (Source) -> Result?
  ) throws -> Column {
    var mask = validity.mask
    var results = [Result](repeating: filler, count: count)
    for row in 0..<count {
      if let mask, !mask[row] { continue }
      let source = value(row)
      if let result = body(source) {
        results[row] = result
      } else if isTry {
        if mask == nil { mask = [Bool](repeating: true, count: count) }
        mask?[row] = false
      } else {
        throw failure(text(source))
      }
    }
    return Column(type, wrap(results), Validity(mask: mask))
  }

  /// The integer, where the type holds it.
  @inline(__always)
  func fitting(_ value: Int64) -> Int64? {
    let highest = Int64.max >> (64 - (type.integerBits ?? 64))
    return value <= highest && value >= ~highest ? value : nil
  }

  func failure(_ text: String) -> EvaluationError {
    let shown = text.count > 40 ? text.prefix(40) + "…" : text[...]
    return EvaluationError("cannot cast '\(shown)' to \(type)")
  }

  /// No value converts: the planner lets no such cast through, data cannot reach it.
  func impossible(from source: String) -> EvaluationError {
    EvaluationError("cannot cast \(source) to \(type)")
  }
}

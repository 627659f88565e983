import Columns
import Glibc

/// Casts from booleans and numbers to scalars.
extension Cast {
  static func fromBoolean(_ values: [Bool], _ validity: Validity, _ target: CastTarget) throws
    -> Column
  {
    switch target.type {
    case .boolean: return Column(.boolean, .boolean(values), validity)
    case .tinyint, .smallint, .integer, .bigint:
      return Column(target.type, .int64(values.map { $0 ? 1 : 0 }), validity)
    case .real, .double:
      return Column(target.type, .double(values.map { $0 ? 1 : 0 }), validity)
    case .decimal(let precision, let scale):
      return try target.convert(
        count: values.count, validity, filler: 0, value: { values[$0] }, text: { "\($0)" },
        wrap: Values.decimal
      ) { value in
        let unscaled = value ? DecimalMath.powerOfTen(scale) : 0
        return DecimalMath.fits(unscaled, precision: precision) ? unscaled : nil
      }
    case .varchar:
      return toText(count: values.count, validity, .varchar) { row, out in
        out.append(contentsOf: (values[row] ? "true" : "false").utf8)
      }
    case .null, .varbinary, .json, .date, .timestamp, .time, .timestampWithZone,
      .intervalYearToMonth, .intervalDayToSecond, .array, .map, .row, .char, .opaque:
      throw target.impossible(from: "boolean")
    }
  }

  static func fromInteger(
    _ values: [Int64], _ validity: Validity, _ source: DataType, _ target: CastTarget
  ) throws -> Column {
    switch target.type {
    case .boolean: return Column(.boolean, .boolean(values.map { $0 != 0 }), validity)
    case .bigint: return Column(.bigint, .int64(values), validity)
    case .tinyint, .smallint, .integer:
      return try target.convert(
        count: values.count, validity, filler: 0, value: { values[$0] }, text: { "\($0)" },
        wrap: Values.int64
      ) { target.fitting($0) }
    case .double: return Column(.double, .double(values.map(Double.init)), validity)
    case .real: return Column(.real, .double(values.map { Double(Float($0)) }), validity)
    case .decimal(let precision, let scale):
      let factor = DecimalMath.powerOfTen(scale)
      return try target.convert(
        count: values.count, validity, filler: 0, value: { values[$0] }, text: { "\($0)" },
        wrap: Values.decimal
      ) { value in
        let (unscaled, overflow) = Int128(value).multipliedReportingOverflow(by: factor)
        return !overflow && DecimalMath.fits(unscaled, precision: precision) ? unscaled : nil
      }
    case .varchar:
      return toText(count: values.count, validity, .varchar) { row, out in
        NumberText.append(values[row], to: &out)
      }
    case .null, .varbinary, .json, .date, .timestamp, .time, .timestampWithZone,
      .intervalYearToMonth, .intervalDayToSecond, .array, .map, .row, .char, .opaque:
      throw target.impossible(from: "\(source)")
    }
  }

  static func fromDouble(
    _ values: [Double], _ validity: Validity, _ source: DataType, _ target: CastTarget
  ) throws -> Column {
    switch target.type {
    case .boolean: return Column(.boolean, .boolean(values.map { $0 != 0 }), validity)
    case .tinyint, .smallint, .bigint, .integer:
      return try target.convert(
        count: values.count, validity, filler: 0, value: { values[$0] }, text: javaText,
        wrap: Values.int64
      ) { value in
        let rounded = value.rounded(.toNearestOrAwayFromZero)
        return Int64(exactly: rounded).flatMap(target.fitting)
      }
    case .double: return Column(.double, .double(values), validity)
    case .real: return Column(.real, .double(values.map { Double(Float($0)) }), validity)
    case .decimal(let precision, let scale):
      let limit = DecimalMath.powerOfTen(precision).magnitude
      return try target.convert(
        count: values.count, validity, filler: 0, value: { values[$0] }, text: javaText,
        wrap: Values.decimal
      ) { value -> Int128? in
        let value = source == .real ? NumberText.shortestReal(value) : value
        guard let unscaled = decimal(value, scale: scale), unscaled.magnitude < limit else {
          return nil
        }
        return unscaled
      }
    case .varchar:
      return toText(count: values.count, validity, .varchar) { row, out in
        NumberText.append(scientific: values[row], isReal: source == .real, to: &out)
      }
    case .null, .varbinary, .json, .date, .timestamp, .time, .timestampWithZone,
      .intervalYearToMonth, .intervalDayToSecond, .array, .map, .row, .char, .opaque:
      throw target.impossible(from: "double")
    }
  }

  static func fromDecimal(
    _ values: [Int128], _ validity: Validity, scale: Int, _ target: CastTarget
  ) throws -> Column {
    func text(_ value: Int128) -> String {
      var out: [UInt8] = []
      NumberText.append(value, scale: scale, to: &out)
      return String(decoding: out, as: UTF8.self)
    }
    switch target.type {
    case .boolean: return Column(.boolean, .boolean(values.map { $0 != 0 }), validity)
    case .tinyint, .smallint, .bigint, .integer:
      let divisor = DecimalMath.powerOfTen(scale)
      return try target.convert(
        count: values.count, validity, filler: 0, value: { values[$0] }, text: text,
        wrap: Values.int64
      ) { value in
        let rounded = DecimalMath.dividedHalfUp(value, by: divisor)
        return Int64(exactly: rounded).flatMap(target.fitting)
      }
    case .double:
      return Column(.double, .double(values.map { double($0, scale: scale) }), validity)
    case .real:
      return Column(
        .real, .double(values.map { Double(Float(double($0, scale: scale))) }), validity)
    case .decimal(let precision, let newScale):
      return try target.convert(
        count: values.count, validity, filler: 0, value: { values[$0] }, text: text,
        wrap: Values.decimal
      ) { value in
        DecimalMath.rescaled(value, from: scale, to: newScale).flatMap {
          DecimalMath.fits($0, precision: precision) ? $0 : nil
        }
      }
    case .varchar:
      return toText(count: values.count, validity, .varchar) { row, out in
        NumberText.append(values[row], scale: scale, to: &out)
      }
    case .null, .varbinary, .json, .date, .timestamp, .time, .timestampWithZone,
      .intervalYearToMonth, .intervalDayToSecond, .array, .map, .row, .char, .opaque:
      throw target.impossible(from: "decimal")
    }
  }

  /// A double at a decimal scale, rounded half away from zero on its shortest digits, as Java's
  /// `BigDecimal.valueOf` does: 0.285 becomes 0.29. nil when it is no number or leaves 38 digits.
  ///
  /// Scaling and rounding decides all but values that lie within its error of a tie.
  static func decimal(_ value: Double, scale: Int) -> Int128? {
    guard value.isFinite else { return nil }
    if value == 0 { return 0 }
    if scale <= 22 {
      let scaled = value.magnitude * exactPower(scale)
      if scaled < 0x1p50 {
        let whole = scaled.rounded(.down)
        if abs(scaled - whole - 0.5) > scaled.ulp * 4 {
          let rounded = Int128(Int64(scaled - whole > 0.5 ? whole + 1 : whole))
          return value < 0 ? -rounded : rounded
        }
      }
    }
    guard let unscaled = ShortestDigits(value.magnitude).decimal(scale: scale) else { return nil }
    return value < 0 ? -unscaled : unscaled
  }

  /// The double nearest to a decimal.
  package static func double(_ unscaled: Int128, scale: Int) -> Double {
    if scale == 0 { return Double(unscaled) }
    if unscaled.magnitude < 1 << 53 && scale <= 22 {
      return Double(Int64(truncatingIfNeeded: unscaled)) / exactPower(scale)
    }
    return Double("\(unscaled)e-\(scale)") ?? .nan
  }

  private static func exactPower(_ exponent: Int) -> Double { NumberText.powersOfTen[exponent] }

  private static func javaText(_ value: Double) -> String {
    var out: [UInt8] = []
    NumberText.append(casting: value, to: &out)
    return String(decoding: out, as: UTF8.self)
  }
}

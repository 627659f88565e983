import Columns
import SQL

/// The digits of a second in types such as TIMESTAMP(3), which values do not carry on.
///
/// Source: Trino documentation, "Data types", Date and time: TIMESTAMP alone has three digits, a literal
/// those that it is written with, and a cast to fewer rounds half up. Here times have six digits, times with
/// zones three; what asks for more is refused.
enum TimePrecision {
  /// Digits of TIMESTAMP and TIME without a number.
  static let usual = 3
  /// The most that Trino has.
  private static let longest = 12

  /// The digits that a type asks for, nil where it names none or is no time of day.
  ///
  /// - Throws: `SQLError` for digits that there are not.
  static func declared(_ syntax: TypeSyntax) throws -> Int? {
    guard isTime(syntax), let argument = syntax.arguments.first else { return nil }
    guard syntax.arguments.count == 1, case .number(let digits) = argument,
      (0...longest).contains(digits)
    else {
      throw SQLError(
        "expected \(syntax.name) with a precision from 0 to \(longest)", at: syntax.range)
    }
    return digits
  }

  /// Digits that values of a type have.
  private static func kept(_ type: DataType) -> Int { type == .timestampWithZone ? 3 : 6 }

  private static func isTime(_ syntax: TypeSyntax) -> Bool {
    syntax.name.hasPrefix("time")
  }

  /// The digits to which CAST to a type rounds its result; nil where nothing can be lost.
  ///
  /// What is a TIMESTAMP already keeps its microseconds in a cast to TIMESTAMP.
  ///
  /// - Throws: `SQLError` for more digits than values have, where the source could have them.
  static func rounding(_ syntax: TypeSyntax, from source: DataType, to type: DataType) throws
    -> Int?
  {
    guard type == .timestamp || type == .time || type == .timestampWithZone else { return nil }
    let declared = try declared(syntax)
    let hasDigits = source != .date && source != .null
    if let declared, declared > kept(type), hasDigits, source != type {
      throw SQLError(
        "times have up to \(kept(type)) digits of a second here, \(declared) are asked for; write "
          + text(type, digits: kept(type)), at: syntax.range)
    }
    guard hasDigits, let digits = declared ?? (source == type ? nil : usual) else { return nil }
    return digits < kept(type) ? digits : nil
  }

  /// Checks that a literal has no digit that would be lost.
  ///
  /// - Throws: `SQLError`.
  static func check(_ text: String, _ type: DataType, at range: SourceRange) throws {
    let digits = fraction(text)
    guard digits.dropFirst(kept(type)).contains(where: { $0 != "0" }) else { return }
    throw SQLError(
      "'\(text)' has \(digits.count) digits of a second; \(type) keeps \(kept(type))", at: range)
  }

  /// `timestamp(3)`, `time(0)`, `timestamp(6) with time zone`; nil for other types than these.
  static func name(_ type: DataType, literal text: String) -> String? {
    isTime(type) ? self.text(type, digits: fraction(text).count) : nil
  }

  /// The same for a type as it is written.
  static func name(_ syntax: TypeSyntax) throws -> String? {
    guard isTime(syntax) else { return nil }
    let type = try TypeNames.resolve(syntax)
    return isTime(type) ? text(type, digits: try declared(syntax) ?? usual) : nil
  }

  private static func isTime(_ type: DataType) -> Bool {
    type == .timestamp || type == .time || type == .timestampWithZone
  }

  static func text(_ type: DataType, digits: Int) -> String {
    switch type {
    case .time: "time(\(digits))"
    case .timestampWithZone: "timestamp(\(digits)) with time zone"
    default: "timestamp(\(digits))"
    }
  }

  /// The digits after the point in `10:00:00.123 UTC`.
  private static func fraction(_ text: String) -> Substring {
    guard let point = text.firstIndex(where: { $0 == "." || $0 == "," }) else { return "" }
    return text[text.index(after: point)...].prefix { $0.isASCII && $0.isNumber }
  }
}

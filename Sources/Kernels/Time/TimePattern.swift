import Columns

/// A compiled pattern of date_format (MySQL's letters) or format_datetime (Joda's letters), which
/// prints times and reads them back.
struct TimePattern: Sendable {
  enum Field: Sendable, Equatable {
    case literal([UInt8])
    /// Padded to this many digits; reads at least as many as it must.
    case number(Part, digits: Int)
    case twoDigitYear
    case monthShort, monthFull
    case weekdayShort, weekdayFull
    case halfDay
    /// `AD` or `BC`.
    case era
    /// Digits of a second.
    case fraction(digits: Int, longest: Int)
    /// `Z`: +0000, `ZZ`: +00:00, otherwise a name.
    case zone(letters: Int)
  }

  enum Part: Sendable, Equatable {
    case year, century, month, day, dayOfYear, dayOfWeek, week, weekYear
    case hour, hourFrom1, halfHour, halfHourFrom0, minute, second
  }

  let fields: [Field]
  private let source: String

  /// `%Y-%m-%d`: MySQL's letters, those that Trino supports.
  ///
  /// - Throws: `EvaluationError` for a letter that Trino refuses.
  init(mysql pattern: ArraySlice<UInt8>) throws {
    source = pattern.string
    var fields: [Field] = []
    var at = pattern.startIndex
    while at < pattern.endIndex {
      let byte = pattern[at]
      at += 1
      guard byte == 0x25, at < pattern.endIndex else {
        fields.appendLiteral([byte])
        continue
      }
      let letter = pattern[at]
      at += 1
      switch letter {
      case UInt8(ascii: "a"): fields.append(.weekdayShort)
      case UInt8(ascii: "b"): fields.append(.monthShort)
      case UInt8(ascii: "c"): fields.append(.number(.month, digits: 1))
      case UInt8(ascii: "d"): fields.append(.number(.day, digits: 2))
      case UInt8(ascii: "e"): fields.append(.number(.day, digits: 1))
      case UInt8(ascii: "f"): fields.append(.fraction(digits: 6, longest: 9))
      case UInt8(ascii: "H"): fields.append(.number(.hour, digits: 2))
      case UInt8(ascii: "h"), UInt8(ascii: "I"): fields.append(.number(.halfHour, digits: 2))
      case UInt8(ascii: "i"): fields.append(.number(.minute, digits: 2))
      case UInt8(ascii: "j"): fields.append(.number(.dayOfYear, digits: 3))
      case UInt8(ascii: "k"): fields.append(.number(.hour, digits: 1))
      case UInt8(ascii: "l"): fields.append(.number(.halfHour, digits: 1))
      case UInt8(ascii: "M"): fields.append(.monthFull)
      case UInt8(ascii: "m"): fields.append(.number(.month, digits: 2))
      case UInt8(ascii: "p"): fields.append(.halfDay)
      case UInt8(ascii: "r"):
        fields.append(.number(.halfHour, digits: 2))
        fields.appendLiteral([0x3A])
        fields.append(.number(.minute, digits: 2))
        fields.appendLiteral([0x3A])
        fields.append(.number(.second, digits: 2))
        fields.appendLiteral([0x20])
        fields.append(.halfDay)
      case UInt8(ascii: "S"), UInt8(ascii: "s"): fields.append(.number(.second, digits: 2))
      case UInt8(ascii: "T"):
        fields.append(.number(.hour, digits: 2))
        fields.appendLiteral([0x3A])
        fields.append(.number(.minute, digits: 2))
        fields.appendLiteral([0x3A])
        fields.append(.number(.second, digits: 2))
      case UInt8(ascii: "v"): fields.append(.number(.week, digits: 2))
      case UInt8(ascii: "W"): fields.append(.weekdayFull)
      case UInt8(ascii: "x"): fields.append(.number(.weekYear, digits: 4))
      case UInt8(ascii: "Y"): fields.append(.number(.year, digits: 4))
      case UInt8(ascii: "y"): fields.append(.twoDigitYear)
      case UInt8(ascii: "D"), UInt8(ascii: "U"), UInt8(ascii: "u"), UInt8(ascii: "V"),
        UInt8(ascii: "w"), UInt8(ascii: "X"):
        let name = String(decoding: [letter], as: UTF8.self)
        throw EvaluationError("'%\(name)' is not supported in a date format")
      default: fields.appendLiteral([letter])
      }
    }
    self.fields = fields
  }

  /// `yyyy-MM-dd'T'HH:mm:ss`: Joda's letters, by runs.
  ///
  /// - Throws: `EvaluationError` for a letter without meaning or an open quote.
  init(joda pattern: ArraySlice<UInt8>) throws {
    source = pattern.string
    var fields: [Field] = []
    var at = pattern.startIndex
    while at < pattern.endIndex {
      let byte = pattern[at]
      var end = at + 1
      if byte == 0x27 {
        fields.appendLiteral(try TimePattern.quoted(pattern, &at))
        continue
      }
      guard (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) else {
        fields.appendLiteral([byte])
        at = end
        continue
      }
      while end < pattern.endIndex && pattern[end] == byte { end += 1 }
      fields.append(try TimePattern.joda(byte, count: end - at))
      at = end
    }
    self.fields = fields
  }

  private static func quoted(_ pattern: ArraySlice<UInt8>, _ at: inout Int) throws -> [UInt8] {
    var text: [UInt8] = []
    var end = at + 1
    while end < pattern.endIndex {
      if pattern[end] == 0x27 {
        guard end + 1 < pattern.endIndex, pattern[end + 1] == 0x27 else {
          at = end + 1
          return text.isEmpty ? [0x27] : text
        }
        end += 1
      }
      text.append(pattern[end])
      end += 1
    }
    throw EvaluationError("the quote in the time pattern '\(pattern.string)' is not closed")
  }

  private static func joda(_ letter: UInt8, count: Int) throws -> Field {
    switch letter {
    case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "u"):
      return count == 2 ? .twoDigitYear : .number(.year, digits: count)
    case UInt8(ascii: "G"): return .era
    case UInt8(ascii: "C"): return .number(.century, digits: count)
    case UInt8(ascii: "M"):
      return count > 3
        ? .monthFull : (count == 3 ? .monthShort : .number(.month, digits: count))
    case UInt8(ascii: "d"): return .number(.day, digits: count)
    case UInt8(ascii: "D"): return .number(.dayOfYear, digits: count)
    case UInt8(ascii: "E"): return count > 3 ? .weekdayFull : .weekdayShort
    case UInt8(ascii: "e"): return .number(.dayOfWeek, digits: count)
    case UInt8(ascii: "w"): return .number(.week, digits: count)
    case UInt8(ascii: "x"): return .number(.weekYear, digits: count)
    case UInt8(ascii: "H"): return .number(.hour, digits: count)
    case UInt8(ascii: "k"): return .number(.hourFrom1, digits: count)
    case UInt8(ascii: "h"): return .number(.halfHour, digits: count)
    case UInt8(ascii: "K"): return .number(.halfHourFrom0, digits: count)
    case UInt8(ascii: "m"): return .number(.minute, digits: count)
    case UInt8(ascii: "s"): return .number(.second, digits: count)
    case UInt8(ascii: "S"): return .fraction(digits: count, longest: count)
    case UInt8(ascii: "a"): return .halfDay
    case UInt8(ascii: "Z"): return .zone(letters: count)
    case UInt8(ascii: "z"): return .zone(letters: shortZone)
    default:
      let name = String(decoding: [letter], as: UTF8.self)
      throw EvaluationError("'\(name)' has no meaning in a time pattern; quote it")
    }
  }

  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ].map { Array($0.utf8) }
  static let weekdays = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ].map { Array($0.utf8) }

  func failure(_ text: ArraySlice<UInt8>) -> EvaluationError {
    EvaluationError("cannot read '\(text.prefix(40).string)' as a time of the format '\(source)'")
  }
}

extension [TimePattern.Field] {
  fileprivate mutating func appendLiteral(_ bytes: [UInt8]) {
    if case .literal(let before) = last {
      self[count - 1] = .literal(before + bytes)
    } else {
      append(.literal(bytes))
    }
  }
}

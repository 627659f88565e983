import Columns
import Glibc

/// `format('%s: %,.2f', …)` with Java's formats for text, numbers and times.
///
/// Source: the documentation of Java's class Formatter, which Trino's function hands its values to.
enum FormatFunction {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "format", summary: "Values put into a text with %s, %d, %f, %e, %x, %o, %b, %tY and %%.",
      overloads: [
        FunctionOverload(
          [.exactly(.varchar), .any], isVariadic: true, result: { _ in .varchar }, body: format)
      ])
  ]

  @Sendable
  private static func format(_ arguments: [Argument], _ context: EvaluationContext) throws
    -> Column
  {
    let formats = CallReader<Text>(arguments[0])
    let columns = arguments.dropFirst().map(\.columnOrEmpty)
    let isConstant = columns.allSatisfy { if case .constant = $0.form { true } else { false } }
    let presences = isConstant ? [] : [Presence.rows(.allPresent)]
    return try CallRows([formats.presence] + presences, context).text(.varchar) { row, out in
      try append(formats[row], columns.map { ($0.value(row), $0.type) }, to: &out)
      return true
    }
  }

  /// `%[flags][width][.precision]letter`
  private struct Specifier {
    var isLeft = false
    var hasZeros = false
    var hasGroups = false
    var hasSign = false
    /// Takes the value before once more: `%<s`.
    var isRepeated = false
    var position: Int?
    var width: Int?
    var precision: Int?
    var letter: UInt8 = 0
    /// What a time's letter `t` is followed by.
    var part: UInt8 = 0
    /// Whether the letter is upper-case, so that the text is.
    var isUpper: Bool { letter & 0x20 == 0 }

    init(_ cursor: inout TextCursor) throws {
      var ahead = cursor
      if let index = ahead.number(digits: 1...3), ahead.skip(0x24) {
        position = index - 1
        cursor = ahead
      }
      isRepeated = position == nil && cursor.skip(0x3C)
      while let byte = cursor.peek, let flag = Self.flag(byte) {
        guard !self[keyPath: flag] else {
          throw EvaluationError("the format has the flag '\(Character(.init(byte)))' twice")
        }
        self[keyPath: flag] = true
        cursor.advance(1)
      }
      width = cursor.number(digits: 1...4)
      if cursor.skip(0x2E) { precision = cursor.number(digits: 1...3) }
      guard let letter = cursor.peek else { throw EvaluationError("the format ends in '%'") }
      self.letter = letter
      cursor.advance(1)
      if letter | 0x20 == UInt8(ascii: "t") {
        guard let part = cursor.peek else { throw EvaluationError("the format ends in '%t'") }
        self.part = part
        cursor.advance(1)
      }
      try check()
    }

    private static func flag(_ byte: UInt8) -> WritableKeyPath<Specifier, Bool>? {
      switch byte {
      case 0x2D: \.isLeft
      case 0x30: \.hasZeros
      case 0x2C: \.hasGroups
      case 0x2B: \.hasSign
      default: nil
      }
    }

    /// What Java refuses: flags without a width, flags and precisions that the letter does not have.
    private func check() throws {
      func refuse(_ what: String) -> EvaluationError {
        EvaluationError("'%\(Character(.init(letter)))' in a format takes no \(what)")
      }
      if (isLeft || hasZeros) && width == nil {
        throw EvaluationError("the flags '-' and '0' of a format need a width")
      }
      if isLeft && hasZeros { throw EvaluationError("a format cannot have the flags '-' and '0'") }
      switch letter | 0x20 {
      case UInt8(ascii: "d"):
        if precision != nil { throw refuse("precision") }
      case UInt8(ascii: "x"), UInt8(ascii: "o"):
        if precision != nil { throw refuse("precision") }
        if hasSign || hasGroups { throw refuse("flag '+' or ','") }
      case UInt8(ascii: "s"), UInt8(ascii: "b"), UInt8(ascii: "t"):
        if hasSign || hasGroups || hasZeros { throw refuse("flag '+', ',' or '0'") }
      case UInt8(ascii: "n"):
        if width != nil { throw refuse("width") }
      default: break
      }
    }

    func pad(_ text: [UInt8], isNumber: Bool, to out: inout [UInt8]) {
      let missing = (width ?? 0) - text[...].codePointCount
      guard missing > 0 else {
        out += text
        return
      }
      if isLeft {
        out += text
        out += [UInt8](repeating: 0x20, count: missing)
      } else if hasZeros && isNumber {
        let sign = text.prefix { $0 == 0x2D || $0 == 0x2B }
        out += sign
        out += [UInt8](repeating: 0x30, count: missing)
        out += text.dropFirst(sign.count)
      } else {
        out += [UInt8](repeating: 0x20, count: missing)
        out += text
      }
    }
  }

  private static func append(_ format: Text, _ values: [(Value, DataType)], to out: inout [UInt8])
    throws
  {
    var cursor = TextCursor(format)
    var next = 0
    var last: Int?
    while let byte = cursor.peek {
      cursor.advance(1)
      guard byte == 0x25 else {
        out.append(byte)
        continue
      }
      let specifier = try Specifier(&cursor)
      switch specifier.letter {
      case UInt8(ascii: "%"): specifier.pad([0x25], isNumber: false, to: &out)
      case UInt8(ascii: "n"): out.append(0x0A)
      default:
        guard !specifier.isRepeated || last != nil else {
          throw EvaluationError("'%<' in a format needs a value before it")
        }
        let position = specifier.position ?? (specifier.isRepeated ? last : nil) ?? next
        if specifier.position == nil && !specifier.isRepeated { next += 1 }
        last = position
        guard values.indices.contains(position) else {
          throw EvaluationError(
            "the format '\(format.prefix(40).string)' needs more than \(values.count) values")
        }
        let (value, type) = values[position]
        var text = try rendered(value, type, specifier)
        if specifier.isUpper {
          let mixed = text
          text = []
          LetterCase.appendUpper(mixed[...], &text)
        }
        specifier.pad(text, isNumber: type.isNumeric && !value.isNull, to: &out)
      }
    }
  }

  private static func rendered(_ value: Value, _ type: DataType, _ specifier: Specifier) throws
    -> [UInt8]
  {
    func mismatch() -> EvaluationError {
      let letter = String(decoding: [specifier.letter], as: UTF8.self)
      return EvaluationError("'%\(letter)' cannot format a value of type \(type)")
    }
    guard !type.isNested else {
      throw EvaluationError("format does not take \(type); write json_format(CAST(… AS JSON))")
    }
    let letter = specifier.letter | 0x20
    if value.isNull { return Array((letter == UInt8(ascii: "b") ? "false" : "null").utf8) }
    switch letter {
    case UInt8(ascii: "s"):
      let text = FormattedTime(value, type)?.text() ?? plain(value, type)
      guard let precision = specifier.precision else { return text }
      return Array(Substring.slice(text[...], from: 1, length: Int64(precision)))
    case UInt8(ascii: "b"): return Array((value.boolean ?? true ? "true" : "false").utf8)
    case UInt8(ascii: "t"):
      guard let time = FormattedTime(value, type) else { throw mismatch() }
      return try time.part(specifier.part)
    case UInt8(ascii: "d"):
      guard type.isInteger, let number = value.int64 else { throw mismatch() }
      var digits: [UInt8] = []
      NumberText.append(number, to: &digits)
      return decorated(digits, specifier)
    case UInt8(ascii: "x"), UInt8(ascii: "o"):
      guard let number = value.int64, type.isInteger else { throw mismatch() }
      let radix = letter == UInt8(ascii: "o") ? 8 : 16
      return Array(String(UInt64(bitPattern: number), radix: radix).utf8)
    case UInt8(ascii: "f"):
      let places = min(specifier.precision ?? 6, 30)
      return decorated(try fixed(value, type, places, mismatch), specifier)
    case UInt8(ascii: "e"):
      guard let number = value.double else { throw mismatch() }
      return Array(scientific(number, min(specifier.precision ?? 6, 30)).utf8)
    default: throw mismatch()
    }
  }

  private static func plain(_ value: Value, _ type: DataType) -> [UInt8] {
    guard type == .opaque(.ipAddress),
      let cast = try? Cast.cast(Column(type, values: [value]), to: .varchar, isTry: true),
      case .bytes(let text) = cast.value(0)
    else { return JSONCast.keyText(value, type) }
    return text
  }

  /// Rounded half away from zero on the shortest digits, as Java's formatter does.
  private static func fixed(
    _ value: Value, _ type: DataType, _ places: Int, _ mismatch: () -> EvaluationError
  ) throws -> [UInt8] {
    var out: [UInt8] = []
    switch value {
    case .double(let number):
      if let unscaled = Cast.decimal(number, scale: places) {
        if unscaled == 0 && number < 0 { out.append(0x2D) }
        NumberText.append(unscaled, scale: places, to: &out)
      } else if number.isFinite {
        let shortest = ShortestDigits(number.magnitude)
        if number < 0 { out.append(0x2D) }
        shortest.appendPlain(to: &out)
        out.removeLast()
        out += [UInt8](repeating: 0x30, count: places)
        if places == 0 { out.removeLast() }
      } else {
        NumberText.append(casting: number, to: &out)
      }
    case .decimal(let unscaled):
      let rescaled = DecimalMath.rescaled(unscaled, from: type.decimalScale, to: places)
      guard let rescaled else { throw EvaluationError("the number has too many digits to format") }
      NumberText.append(rescaled, scale: places, to: &out)
    default: throw mismatch()
    }
    return out
  }

  private static func scientific(_ number: Double, _ places: Int) -> String {
    guard number.isFinite else {
      return number.isNaN ? "NaN" : (number < 0 ? "-" : "") + "Infinity"
    }
    guard number != 0 else {
      return "0" + (places > 0 ? "." + String(repeating: "0", count: places) : "") + "e+00"
    }
    let shortest = ShortestDigits(number.magnitude)
    var digits = shortest.digits.map { Int($0 - 0x30) }
    var exponent = shortest.pointPosition - 1
    if digits.count > places + 1 {
      let roundsUp = digits[places + 1] >= 5
      digits = Array(digits.prefix(places + 1))
      var at = digits.count - 1
      var carry = roundsUp
      while carry && at >= 0 {
        digits[at] += 1
        carry = digits[at] == 10
        if carry { digits[at] = 0 }
        at -= 1
      }
      if carry {
        digits.insert(1, at: 0)
        digits.removeLast()
        exponent += 1
      }
    }
    digits += [Int](repeating: 0, count: places + 1 - digits.count)
    let text = digits.map(String.init).joined()
    let fraction = places > 0 ? "." + text.dropFirst() : ""
    let power = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
    return (number < 0 ? "-" : "") + text.prefix(1) + fraction + (exponent < 0 ? "e-" : "e+")
      + power
  }

  /// Commas between thousands and a plus sign, where asked for.
  private static func decorated(_ number: [UInt8], _ specifier: Specifier) -> [UInt8] {
    var result = number
    if specifier.hasGroups, number.last.map({ $0 &- 0x30 <= 9 }) == true {
      let start = number.first == 0x2D ? 1 : 0
      var at = (number.firstIndex(of: 0x2E) ?? number.count) - 3
      while at > start {
        result.insert(0x2C, at: at)
        at -= 3
      }
    }
    if specifier.hasSign && number.first != 0x2D { result.insert(0x2B, at: 0) }
    return result
  }
}

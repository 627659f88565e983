import Columns

/// VARCHAR to and from the other scalar types.
extension Cast {
  static func fromText(_ texts: TextVector, _ validity: Validity, _ target: CastTarget) throws
    -> Column
  {
    switch target.type {
    case .varchar, .varbinary, .json: return Column(target.type, .text(texts), validity)
    case .bigint: return try integers(texts, validity, target) { whole($0) }
    case .tinyint, .smallint, .integer:
      return try integers(texts, validity, target) { text in
        whole(text).flatMap(target.fitting)
      }
    case .time: return try integers(texts, validity, target) { TimeText.time($0) }
    case .timestampWithZone:
      return try integers(texts, validity, target) { ZonedTimes.parse($0) }
    case .real:
      return try target.convert(
        count: texts.count, validity, filler: 0, value: { texts.bytes[texts.range($0)] },
        text: \.string, wrap: Values.double
      ) { text in
        NumberText.double(casting: text).map { Double(Float(text.string) ?? Float($0)) }
      }
    case .date: return try integers(texts, validity, target) { TimeText.date($0) }
    case .timestamp: return try integers(texts, validity, target) { TimeText.timestamp($0) }
    case .double:
      return try target.convert(
        count: texts.count, validity, filler: 0, value: { texts.bytes[texts.range($0)] },
        text: \.string, wrap: Values.double
      ) { NumberText.double(casting: $0) }
    case .decimal(let precision, let scale):
      return try target.convert(
        count: texts.count, validity, filler: 0, value: { texts.bytes[texts.range($0)] },
        text: \.string, wrap: Values.decimal
      ) { text in
        NumberText.decimal(casting: text, scale: scale).flatMap {
          DecimalMath.fits($0, precision: precision) ? $0 : nil
        }
      }
    case .boolean:
      return try target.convert(
        count: texts.count, validity, filler: false, value: { texts.bytes[texts.range($0)] },
        text: \.string, wrap: Values.boolean
      ) { boolean($0) }
    case .null, .intervalYearToMonth, .intervalDayToSecond, .array, .map, .row, .char, .opaque:
      throw target.impossible(from: "varchar")
    }
  }

  /// A whole number with blanks around it, as Trino's TestVarcharOperators has it.
  @inline(__always)
  private static func whole(_ text: ArraySlice<UInt8>) -> Int64? {
    guard let last = text.last, last <= 0x20 || text[text.startIndex] <= 0x20 else {
      return NumberText.int64(text)
    }
    return NumberText.int64(NumberText.trimmed(text))
  }

  @inline(__always)
  private static func integers(
    _ texts: TextVector, _ validity: Validity, _ target: CastTarget,
    _ body: (ArraySlice<UInt8>) -> Int64?
  ) throws -> Column {
    try target.convert(
      count: texts.count, validity, filler: 0, value: { texts.bytes[texts.range($0)] },
      text: \.string, wrap: Values.int64, body)
  }

  /// `t`, `true`, `1`, `f`, `false`, `0` in any case.
  static func boolean(_ text: ArraySlice<UInt8>) -> Bool? {
    guard text.count <= 5 else { return nil }
    switch text.string.lowercased() {
    case "t", "true", "1": return true
    case "f", "false", "0": return false
    default: return nil
    }
  }

  /// Any number of rows as text, NULL rows as empty text.
  @inline(__always)
  static func toText(
    count: Int, _ validity: Validity, _ type: DataType, _ append: (Int, inout [UInt8]) -> Void
  ) -> Column {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * 12)
    var offsets = [Int32](repeating: 0, count: count + 1)
    for row in 0..<count {
      if validity.isPresent(row) { append(row, &bytes) }
      offsets[row + 1] = Int32(bytes.count)
    }
    return Column(type, .text(TextVector(bytes: bytes, offsets: offsets)), validity)
  }
}

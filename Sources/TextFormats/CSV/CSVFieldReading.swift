package import Columns

/// Turns raw fields into a column of one type, each by itself.
struct CSVFieldReading {
  private let type: DataType
  private let nulls: CSVNulls
  private let options: CSVColumn.Options

  init(_ type: DataType, _ nulls: CSVNulls, _ options: CSVColumn.Options) {
    self.type = type
    self.nulls = nulls
    self.options = options
  }

  /// The fields as a flat column, and the positions of those that do not fit with what is wrong.
  ///
  /// - Parameter hasReturns: whether `bytes` may have the line end in them that is not the file's.
  func column(
    _ bytes: [UInt8], _ places: [CSVFieldPlace], hasReturns: Bool
  ) -> (Column, [(Int, String)]) {
    type == .varchar && options.reading == nil
      ? texts(bytes, places, hasReturns: hasReturns) : values(bytes, places)
  }

  private func texts(
    _ bytes: [UInt8], _ places: [CSVFieldPlace], hasReturns: Bool
  ) -> (Column, [(Int, String)]) {
    var mask = [Bool](repeating: true, count: places.count)
    var faults: [(Int, String)] = []
    var areRaw = options.normalise == nil && !options.trims
    for (row, place) in places.enumerated() {
      let range = place.range
      if hasReturns, let fault = CSVFieldReading.lineEndFault(bytes, range) {
        faults.append((row, fault))
      }
      if nulls.contains(bytes.span, range.lowerBound, range.upperBound) {
        mask[row] = false
      } else if !range.isEmpty && bytes[range.lowerBound] == CSVDialect.quote {
        areRaw = false
      }
    }
    let texts = areRaw ? rawTexts(bytes.span, places, mask) : readTexts(bytes.span, places, mask)
    return (Column(.varchar, .text(texts), Validity(checking: mask)), faults)
  }

  /// Fields that are their own text; eight more bytes must follow each.
  private func rawTexts(
    _ bytes: Span<UInt8>, _ places: [CSVFieldPlace], _ isPresent: [Bool]
  ) -> TextVector {
    let wordSize = 8
    let total = places.indices.reduce(0) { $0 + (isPresent[$1] ? Int(places[$1].length) : 0) }
    var text = [UInt8](repeating: 0, count: total + wordSize)
    var offsets: [Int32] = [0]
    offsets.reserveCapacity(places.count + 1)
    var end = 0
    var target = text.mutableSpan
    for row in places.indices {
      if isPresent[row] {
        let place = places[row]
        // Whole words: what is too much is written over by the next field, or cut off.
        for offset in stride(from: 0, to: Int(place.length), by: wordSize) {
          target.store(bytes.word(at: Int(place.start) &+ offset), at: end &+ offset)
        }
        end += Int(place.length)
      }
      offsets.append(Int32(truncatingIfNeeded: end))
    }
    text.removeLast(wordSize)
    return TextVector(bytes: text, offsets: offsets)
  }

  /// Fields with their quotes taken off, and what else the options ask for.
  private func readTexts(
    _ bytes: Span<UInt8>, _ places: [CSVFieldPlace], _ isPresent: [Bool]
  ) -> TextVector {
    // Filled here and not through TextVector, whose generic append is not specialised across modules.
    var text: [UInt8] = []
    var offsets: [Int32] = [0]
    offsets.reserveCapacity(places.count + 1)
    var field: [UInt8] = []
    for row in places.indices {
      if isPresent[row] {
        field.removeAll(keepingCapacity: true)
        unquote(bytes, places[row].range, into: &field)
        text += options.normalise.map { $0(field) } ?? field
      }
      offsets.append(Int32(truncatingIfNeeded: text.count))
    }
    return TextVector(bytes: text, offsets: offsets)
  }

  /// What is wrong with a field that has the other line end in it, outside of quotes: lines of several
  /// systems are mixed, and whether the record goes on is anyone's guess.
  private static func lineEndFault(_ bytes: [UInt8], _ range: Range<Int>) -> String? {
    if range.isEmpty || bytes[range.lowerBound] == CSVDialect.quote { return nil }
    let span = bytes.span
    for position in range where span[position] == 0x0D || span[position] == 0x0A {
      return "expected a line end as in the rest of the file, found a lone "
        + (span[position] == 0x0D ? "carriage return" : "line feed") + " in "
        + CSVFields.excerpt(span, range)
    }
    return nil
  }

  private func values(
    _ bytes: [UInt8], _ places: [CSVFieldPlace]
  ) -> (Column, [(Int, String)]) {
    var builder = ColumnBuilder(type)
    var faults: [(Int, String)] = []
    var text: [UInt8] = []
    for (row, place) in places.enumerated() {
      let range = place.range
      if nulls.contains(bytes.span, range.lowerBound, range.upperBound) {
        builder.appendNull()
        continue
      }
      text.removeAll(keepingCapacity: true)
      unquote(bytes.span, range, into: &text)
      if let value = options.reading.map({ $0.value(text) }) ?? TextValue.value(text, type) {
        builder.append(value)
      } else {
        builder.appendNull()
        let expectation = options.reading?.expectation ?? TextValue.expectation(type)
        faults.append((row, "expected \(expectation), found \(CSVFields.excerpt(text))"))
      }
    }
    return (builder.finish(), faults)
  }

  private func unquote(_ bytes: Span<UInt8>, _ range: Range<Int>, into text: inout [UInt8]) {
    var start = range.lowerBound
    var end = range.upperBound
    let isQuoted = end - start >= 2 && bytes[start] == CSVDialect.quote
    if isQuoted {
      start += 1
      end -= 1
    }
    if options.trims {
      while start < end && bytes[start] == 0x20 { start += 1 }
      while start < end && bytes[end - 1] == 0x20 { end -= 1 }
    }
    while start < end {
      text.append(bytes[start])
      start += isQuoted && bytes[start] == CSVDialect.quote ? 2 : 1
    }
  }
}

/// Values of any type from their text, one at a time.
package enum TextValue {
  /// Nil where the text is none of the type.
  package static func value(_ text: [UInt8], _ type: DataType) -> Value? {
    switch type {
    case .null: return nil
    case .boolean: return boolean(text).map { .boolean($0) }
    case .integer:
      return NumberText.int64(text).flatMap { Int32(exactly: $0) }.map { .int64(Int64($0)) }
    case .bigint, .intervalYearToMonth, .intervalDayToSecond, .tinyint, .smallint, .time,
      .timestampWithZone:
      return NumberText.int64(text).map { .int64($0) }
    case .double, .real: return NumberText.double(text).map { .double($0) }
    case .decimal(let precision, let scale):
      return NumberText.decimal(text.span, 0, text.count, precision: precision, scale: scale)
        .map { .decimal($0) }
    case .varchar, .char, .varbinary: return .bytes(text)
    case .opaque: return nil
    case .date: return CivilTimeText.date(text).map { .int64($0) }
    case .timestamp: return CivilTimeText.timestamp(text).map { .int64($0) }
    case .json:
      return (try? JSONValue.parse(text, file: "")).map { _ in .bytes(text) }
    case .map: return MapText.json(text).flatMap { JSONTable.value($0, as: type) }
    case .array, .row:
      guard let json = try? JSONValue.parse(text, file: "") else { return nil }
      return JSONTable.value(json, as: type)
    }
  }

  static func boolean(_ text: [UInt8]) -> Bool? {
    switch String(decoding: text.prefix(6), as: UTF8.self).lowercased() {
    case "true", "t", "yes", "1": true
    case "false", "f", "no", "0": false
    default: nil
    }
  }

  /// What a message says was expected: `a whole number`.
  package static func expectation(_ type: DataType) -> String {
    switch type {
    case .boolean: "true or false"
    case .integer, .bigint: "a whole number"
    case .double: "a number"
    case .decimal: "a number that fits \(type)"
    case .date: "a date such as 2026-09-01"
    case .timestamp: "a date and time such as 2026-09-01T00:00:00Z"
    case .json: "JSON"
    case .array: "a JSON array for \(type)"
    case .map, .row: "a JSON object for \(type)"
    case .null, .varchar, .char, .varbinary, .opaque: "text"
    case .intervalYearToMonth, .intervalDayToSecond, .tinyint, .smallint, .real, .time,
      .timestampWithZone:
      "a whole number"
    }
  }
}

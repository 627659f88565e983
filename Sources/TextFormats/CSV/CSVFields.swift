/// Fields of records, outside of the hot loops.
package enum CSVFields {
  /// The fields of one record without its line end, unquoted.
  package static func split(_ record: [UInt8], _ dialect: CSVDialect = .csv) -> [[UInt8]] {
    ranges(record, dialect).map { unquoted(record[$0]) }
  }

  /// Where the fields of one record without its line end are, quotes included.
  package static func ranges(_ record: [UInt8], _ dialect: CSVDialect = .csv) -> [Range<Int>] {
    let padded = record + [UInt8](repeating: 0, count: CSVBlock.padding)
    let bytes = padded.span
    var fields: [Range<Int>] = []
    var start = 0
    var at = 0
    while true {
      if at == start, at < record.count, bytes[at] == CSVDialect.quote {
        at = CSVQuotes.close(bytes, openedAt: at, record.count, dialect).after
      }
      if at >= record.count || bytes[at] == dialect.delimiter {
        fields.append(start..<min(at, record.count))
        if at >= record.count { return fields }
        start = at + 1
      }
      at += 1
    }
  }

  /// The text of a field: without its quotes, doubled ones made single.
  package static func unquoted(_ field: ArraySlice<UInt8>) -> [UInt8] {
    guard field.count >= 2, field.first == CSVDialect.quote, field.last == CSVDialect.quote else {
      return Array(field)
    }
    let inner = field.dropFirst().dropLast()
    guard inner.contains(CSVDialect.quote) else { return Array(inner) }
    var text: [UInt8] = []
    text.reserveCapacity(inner.count)
    var skips = false
    for byte in inner {
      if skips {
        skips = false
        continue
      }
      text.append(byte)
      skips = byte == CSVDialect.quote
    }
    return text
  }

  static func excerpt(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    excerpt(range.prefix(200).map { bytes[$0] })
  }

  /// Some text for a message: at most 40 characters, what is not UTF-8 replaced.
  static func excerpt(_ field: some Sequence<UInt8>) -> String {
    let text = String(decoding: Array(field.prefix(200)), as: UTF8.self)
    let cut = text.prefix(40)
    return
      "'\(cut.map { $0.isNewline ? " " : String($0) }.joined())\(cut.endIndex < text.endIndex ? "…" : "")'"
  }
}

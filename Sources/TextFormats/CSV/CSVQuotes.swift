/// Quoted fields.
enum CSVQuotes {
  /// The position behind the quote that closes the field, and what is wrong with it; `end` when none does.
  static func close(
    _ bytes: Span<UInt8>, openedAt opening: Int, _ end: Int, _ dialect: CSVDialect
  ) -> (after: Int, CSVRecordIndex.Problem) {
    var position = opening + 1
    while let quote = next(bytes, from: position, to: end) {
      let after = quote + 1
      if after == end { return (after, .none) }
      let byte = bytes[after]
      if byte == CSVDialect.quote {
        position = after + 1
        continue
      }
      let isSeparated =
        byte == dialect.delimiter || byte == dialect.newline
        || (byte == 0x0D && after + 1 < end && bytes[after + 1] == 0x0A)
      return (after, isSeparated ? .none : .textAfterQuote)
    }
    return (end, .openQuote)
  }

  /// The next quote in `bytes[start..<end]`; eight more bytes must follow.
  static func next(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
    let quotes = Bytewise.repeated(CSVDialect.quote)
    var base = start
    while base < end {
      let hits = Bytewise.hits(Bytewise.differences(bytes.word(at: base), quotes))
      if hits != 0 {
        let at = base + (hits.trailingZeroBitCount >> 3)
        return at < end ? at : nil
      }
      base += 8
    }
    return nil
  }
}

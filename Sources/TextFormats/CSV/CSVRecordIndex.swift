/// Where the fields of some records are.
///
/// A record of `n` fields has `n + 1` numbers: where it starts, then for each field the position behind
/// the separator that ends it (one past its last byte plus one, for the last field of a line too).
///
///     text     a , b c ,   \n
///     numbers  0 2     5   6      → fields 0..<1, 2..<4, 5..<5
struct CSVRecordIndex {
  /// Fields that a record has to have.
  let fieldCount: Int
  /// Records that fit.
  let capacity: Int
  private(set) var count = 0
  var numbers: [UInt32]

  init(fieldCount: Int) {
    self.fieldCount = fieldCount
    // 32 Ki numbers and the text they point to stay within the second-level cache.
    capacity = max(1, min(4096, 32_768 / (fieldCount + 1)))
    numbers = [UInt32](repeating: 0, count: capacity * (fieldCount + 1))
  }

  /// A record whose fields cannot be trusted.
  struct Fault {
    let range: Range<Int>
    let reason: String
  }

  /// Fills the index with records from `position` on, until it is full or the records end.
  ///
  /// A quote opens a quoted field only as its first byte, as in `CSVRecordSplitter`.
  ///
  /// - Parameters:
  ///   - end: where the records end; eight more bytes must follow in `bytes`.
  ///   - faults: receives the records that are left out.
  /// - Returns: where the next record starts.
  mutating func fill(
    _ bytes: Span<UInt8>, from position: Int, to end: Int, _ dialect: CSVDialect,
    faults: inout [Fault]
  ) -> Int {
    let delimiters = Bytewise.repeated(dialect.delimiter)
    let newlines = Bytewise.repeated(dialect.newline)
    let quotes = Bytewise.repeated(CSVDialect.quote)
    let fieldCount = fieldCount
    let capacity = capacity
    let delimiter = dialect.delimiter
    let newline = dialect.newline
    let stride = fieldCount + 1
    var numbers = numbers.mutableSpan
    var rows = 0
    var start = position
    var fieldStart = position
    var field = 0
    var rowBase = 0
    var problem = Problem.none
    numbers[0] = UInt32(truncatingIfNeeded: position)
    var base = position
    scan: while base < end {
      let word = bytes.word(at: base)
      var hits = Bytewise.hits(
        Bytewise.differences(word, delimiters) & Bytewise.differences(word, newlines)
          & Bytewise.differences(word, quotes))
      while hits != 0 {
        let at = base &+ (hits.trailingZeroBitCount >> 3)
        hits &= hits &- 1
        let byte = bytes[at]
        if byte == delimiter {
          field &+= 1
          if field < stride { numbers[rowBase &+ field] = UInt32(truncatingIfNeeded: at &+ 1) }
          fieldStart = at &+ 1
        } else if byte == newline {
          var recordEnd = at
          if at > start && byte == 0x0A && bytes[at &- 1] == 0x0D { recordEnd = at &- 1 }
          field &+= 1
          let isLong = recordEnd &- start > CSVLimits.fieldBytes
          let isBlank = recordEnd == start && fieldCount > 1
          if field == fieldCount && problem == .none && !isLong {
            numbers[rowBase &+ field] = UInt32(truncatingIfNeeded: recordEnd &+ 1)
            rows &+= 1
            rowBase &+= stride
          } else if !isBlank {
            if isLong && problem == .none && field == fieldCount { problem = .long }
            faults.append(Fault(start..<recordEnd, problem, expected: fieldCount, found: field))
          }
          start = at &+ 1
          fieldStart = start
          field = 0
          problem = .none
          if rows == capacity { break scan }
          numbers[rowBase] = UInt32(truncatingIfNeeded: start)
        } else if at == fieldStart {
          let (after, found) = CSVQuotes.close(bytes, openedAt: at, end, dialect)
          if found != .none { problem = found }
          base = after
          continue scan
        }
      }
      base &+= 8
    }
    count = rows
    guard rows < capacity && start < end else { return start }
    faults.append(Fault(start..<end, .openQuote, expected: fieldCount, found: field))
    return end
  }

  /// What can be wrong with a record as a whole.
  enum Problem { case none, textAfterQuote, openQuote, long }

}

extension CSVRecordIndex.Fault {
  fileprivate init(
    _ range: Range<Int>, _ problem: CSVRecordIndex.Problem, expected: Int, found: Int
  ) {
    self.range = range
    reason =
      switch problem {
      case .none: "expected \(expected) fields, found \(found)"
      case .textAfterQuote: "expected a separator after a closing quote, found more text"
      case .openQuote: "a quote is opened and never closed"
      case .long: "the record is longer than the \(CSVLimits.fieldBytes >> 20) MiB allowed"
      }
  }
}

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

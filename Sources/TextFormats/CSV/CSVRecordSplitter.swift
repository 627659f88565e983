/// Follows quotes through text that arrives in parts, to know where records end.
///
/// A quote opens a quoted field only as its first byte; elsewhere outside of quotes it is text. Within
/// quotes two quotes are one, and a single one closes.
struct CSVRecordSplitter {
  private let dialect: CSVDialect
  private var inQuotes = false
  /// Up to where the quotes were followed.
  private var position = 0
  /// The state at every 64 KiB, so that the last record's end is looked for near the end only.
  private var marks: [(position: Int, inQuotes: Bool)] = [(0, false)]
  private static let markDistance = 1 << 16

  init(_ dialect: CSVDialect) { self.dialect = dialect }

  /// The end of the last whole record in `bytes[..<count]`, nil when there is none.
  ///
  /// The same bytes and more may be passed again: what was seen is not looked at twice.
  ///
  /// - Precondition: `bytes` begins with a record and has eight more bytes than `count`.
  /// - Complexity: O(new bytes).
  mutating func lastRecordEnd(_ bytes: Span<UInt8>, _ count: Int) -> Int? {
    while position < count {
      let stop = min(count, position + CSVRecordSplitter.markDistance)
      let reached = follow(bytes, to: stop, count, lastEnd: nil).position
      position = reached
      if reached < stop { break }
      marks.append((position, inQuotes))
    }
    return lastEnd(bytes, count)
  }

  /// Whether the text ends within quotes; after ``lastRecordEnd(_:_:)``.
  var endsInQuotes: Bool { inQuotes }

  private func lastEnd(_ bytes: Span<UInt8>, _ count: Int) -> Int? {
    var stop = position
    for mark in marks.reversed() {
      var window = self
      (window.position, window.inQuotes) = mark
      if let end = window.follow(bytes, to: stop, count, lastEnd: 0).lastEnd, end > 0 { return end }
      stop = mark.position
    }
    return nil
  }

  /// Follows quotes from `position` to `stop`, and looks for ends of records if `lastEnd` is given.
  ///
  /// - Returns: `stop`, or the position of a quote at the very end whose meaning the next byte decides.
  @discardableResult
  private mutating func follow(
    _ bytes: Span<UInt8>, to stop: Int, _ count: Int, lastEnd: Int?
  ) -> (position: Int, lastEnd: Int?) {
    var at = position
    var found = lastEnd
    while at < stop {
      let quote = CSVQuotes.next(bytes, from: at, to: stop)
      if !inQuotes, found != nil, let end = lastNewline(bytes, at, quote ?? stop) {
        found = end + 1
      }
      guard let quote else { return (stop, found) }
      if !inQuotes {
        inQuotes = quote == 0 || isSeparator(bytes[quote - 1])
        at = quote + 1
      } else if quote + 1 == count {
        return (quote, found)
      } else if bytes[quote + 1] == CSVDialect.quote {
        at = quote + 2
      } else {
        inQuotes = false
        at = quote + 1
      }
    }
    return (at, found)
  }

  private func isSeparator(_ byte: UInt8) -> Bool {
    byte == dialect.delimiter || byte == dialect.newline
  }

  private func lastNewline(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var at = end - 1
    while at >= start {
      if bytes[at] == dialect.newline { return at }
      at -= 1
    }
    return nil
  }
}

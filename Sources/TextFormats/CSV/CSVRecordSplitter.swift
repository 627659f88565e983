/// Follows quotes through text that arrives in parts, to know where records end, and scans it on the way.
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
  /// Of the text up to where quotes were followed, some bytes perhaps twice that are no newlines.
  private(set) var scan: CSVTextScan

  init(_ dialect: CSVDialect) {
    self.dialect = dialect
    scan = CSVTextScan(dialect)
  }

  /// The end of the last whole record in `bytes[..<count]`, nil when there is none.
  ///
  /// The same bytes and more may be passed again: what was seen is not looked at twice.
  ///
  /// - Precondition: `bytes` begins with a record and has `CSVBlock.padding` more bytes than `count`.
  /// - Complexity: O(new bytes).
  mutating func lastRecordEnd(_ bytes: Span<UInt8>, _ count: Int) -> Int? {
    while position < count {
      let stop = min(count, position + CSVRecordSplitter.markDistance)
      let reached = follow(bytes, to: stop, count, lastEnd: nil).position
      if reached < stop { break }
      marks.append((position, inQuotes))
    }
    return lastEnd(bytes, count)
  }

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
  /// - Returns: `stop` or a little more, or the position of a quote at the very end whose meaning the
  ///   next byte decides.
  private mutating func follow(
    _ bytes: Span<UInt8>, to stop: Int, _ count: Int, lastEnd: Int?
  ) -> (position: Int, lastEnd: Int?) {
    var found = lastEnd
    while position < stop {
      passRegular(bytes, to: stop, lastEnd: &found)
      let before = position
      if position < stop {
        follow(bytes, to: min(stop, position + ByteBlock.size), count, lastEnd: &found)
        if position == before { break }
        if lastEnd == nil { scan.add(bytes.extracting(before..<position)) }
      }
    }
    return (position, found)
  }

  /// Passes whole blocks as long as quotes are around fields or doubled within.
  private mutating func passRegular(_ bytes: Span<UInt8>, to stop: Int, lastEnd: inout Int?) {
    let delimiter = ByteBlock(repeating: dialect.delimiter)
    let newline = ByteBlock(repeating: dialect.newline)
    let quote = ByteBlock(repeating: CSVDialect.quote)
    var base = position
    var state = CSVQuoteState(
      isQuoted: inQuotes, isAfterSeparator: base == 0 || isSeparator(bytes[base - 1]))
    let start = base
    var scan = scan
    while base &+ ByteBlock.size <= stop {
      let block = bytes.block(at: base)
      let quoteLanes = block .== quote
      if !state.endsInClosing && !quoteLanes.isAny {
        // What lies before the next block is asked of the bytes where a quote wants to know.
        base &+= ByteBlock.size
        if lastEnd == nil {
          scan.add(block)
          continue
        }
        if state.isQuoted { continue }
        let newlines = (block .== newline).bits
        if newlines != 0 { lastEnd = base - newlines.leadingZeroBitCount }
        continue
      }
      if base > start { state.follow(separator: isSeparator(bytes[base &- 1])) }
      var newlines = (block .== newline).bits
      let separators = (block .== delimiter).bits | newlines
      guard
        let inside = state.enter(quotes: quoteLanes.bits, separators: separators, returns: 0)
      else { break }
      base &+= ByteBlock.size
      if lastEnd == nil {
        scan.add(block)
        continue
      }
      newlines &= ~inside
      if newlines != 0 { lastEnd = base - newlines.leadingZeroBitCount }
    }
    self.scan = scan
    // The last quote may be the first of two: it is looked at again.
    let isUndecided = state.endsInClosing && base > start
    position = isUndecided ? base - 1 : base
    inQuotes = state.isQuoted || isUndecided
  }

  /// Goes from quote to quote.
  private mutating func follow(
    _ bytes: Span<UInt8>, to stop: Int, _ count: Int, lastEnd: inout Int?
  ) {
    while position < stop {
      let quote = CSVQuotes.next(bytes, from: position, to: stop)
      if !inQuotes, lastEnd != nil, let end = lastNewline(bytes, position, quote ?? stop) {
        lastEnd = end + 1
      }
      guard let quote else {
        position = stop
        return
      }
      position = quote
      if !inQuotes {
        inQuotes = quote == 0 || isSeparator(bytes[quote - 1])
        position = quote + 1
      } else if quote + 1 == count {
        return
      } else if bytes[quote + 1] == CSVDialect.quote {
        position = quote + 2
      } else {
        inQuotes = false
        position = quote + 1
      }
    }
  }

  @inline(__always)
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

/// Whether text is within quotes, carried from one block of sixty-four bytes to the next.
///
/// Knows quotes as RFC 4180 has them: around whole fields, doubled within. Anything else, which is text or
/// a fault depending on where it stands, is left to those who go byte by byte.
struct CSVQuoteState {
  /// All ones within quotes.
  private var quoted: UInt64 = 0
  /// In the lowest bit, whether the byte before is a separator outside of quotes.
  private var afterSeparator: UInt64
  /// In the lowest bit, whether the byte before is a quote that closes, or is the first of two.
  private var afterClosing: UInt64 = 0

  init(isQuoted: Bool = false, isAfterSeparator: Bool) {
    quoted = isQuoted ? ~0 : 0
    afterSeparator = isAfterSeparator ? 1 : 0
  }

  /// Whether a block without quotes has no byte that quotes have a say in.
  @inline(__always)
  var isOutside: Bool { quoted | afterClosing == 0 }

  /// Whether the text so far ends within quotes.
  var isQuoted: Bool { quoted != 0 }

  /// Whether the last byte is a quote whose meaning the next one decides.
  var endsInClosing: Bool { afterClosing != 0 }

  /// Says what the byte before the next block is, after blocks without quotes that were not entered; of
  /// no account within quotes.
  @inline(__always)
  mutating func follow(separator isSeparator: Bool) { afterSeparator = isSeparator ? 1 : 0 }

  /// Which bytes of the next block are within quotes, the opening ones included; nil, and nothing changed,
  /// where a quote is neither around a field nor doubled.
  ///
  /// - Parameters:
  ///   - separators: delimiters and newlines, within quotes or not.
  ///   - returns: CRs that belong to the newline behind them.
  @inline(__always)
  mutating func enter(quotes: UInt64, separators: UInt64, returns: UInt64) -> UInt64? {
    let inside = quotes.prefixParity ^ quoted
    let outer = separators & ~inside
    let opening = quotes & inside
    let closing = quotes & ~inside
    let behindClosing = closing << 1 | afterClosing
    let mayOpen = outer << 1 | afterSeparator | behindClosing
    if opening & ~mayOpen | behindClosing & ~(outer | quotes | returns) != 0 { return nil }
    quoted = UInt64(bitPattern: Int64(bitPattern: inside) >> 63)
    afterSeparator = outer >> 63
    afterClosing = closing >> 63
    return inside
  }
}

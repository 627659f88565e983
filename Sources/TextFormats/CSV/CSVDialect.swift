/// How a delimited text file is written.
package struct CSVDialect: Sendable, Hashable {
  /// What separates fields, one ASCII byte.
  package var delimiter: UInt8
  /// What ends a line: LF (with or without CR before it), or a lone CR.
  package var newline: UInt8
  /// Whether the first record names the columns.
  package var hasHeader: Bool

  package init(
    delimiter: UInt8 = UInt8(ascii: ","), newline: UInt8 = 0x0A, hasHeader: Bool = true
  ) {
    self.delimiter = delimiter
    self.newline = newline
    self.hasHeader = hasHeader
  }

  package static let csv = CSVDialect()
  package static let tsv = CSVDialect(delimiter: 0x09)

  /// The dialect that the start of a file suggests: the delimiter among comma, semicolon, tab and bar that
  /// the first line has most of outside of quotes, and lone CRs only where there is no LF outside of
  /// quotes at all.
  package static func sniffed(_ start: [UInt8]) -> CSVDialect {
    let candidates = [",", ";", "\t", "|"].map { UInt8(ascii: $0) }
    var counts = [Int](repeating: 0, count: 256)
    var inQuotes = false
    var isFirstLine = true
    var hasReturns = false
    var hasLineFeeds = false
    for byte in start {
      if byte == quote { inQuotes.toggle() }
      if inQuotes { continue }
      if byte == 0x0A || byte == 0x0D {
        isFirstLine = false
        hasReturns = hasReturns || byte == 0x0D
        hasLineFeeds = byte == 0x0A
        if hasLineFeeds { break }
      }
      if isFirstLine { counts[Int(byte)] += 1 }
    }
    let best = candidates.max { counts[Int($0)] < counts[Int($1)] }.flatMap {
      counts[Int($0)] > 0 ? $0 : nil
    }
    return CSVDialect(
      delimiter: best ?? UInt8(ascii: ","), newline: hasReturns && !hasLineFeeds ? 0x0D : 0x0A)
  }

  static let quote = UInt8(ascii: "\"")
}

/// Sizes beyond which a delimited file is refused, or a row of it rejected.
package enum CSVLimits {
  package static let fieldBytes = 16 << 20
  package static let recordBytes = 64 << 20
  package static let columns = 16_384
  package static let headerNameBytes = 1024
  package static let headerBytes = 16 << 20
}

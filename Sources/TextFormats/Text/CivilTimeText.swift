package import Columns

/// Dates and timestamps to and from their text, on bytes.
///
/// Read are the styles that reports have: `2023-11-05T04:00:00Z`, `2023-11-05T04:00:00.000Z`, `2026-05-01
/// 00:00:00+00:00`, `2024-10-01 00:00:00`, `20191201T000000.000Z` and dates alone. Offsets are applied, so
/// that the result is UTC; up to nine digits of a second are read, six kept.
package enum CivilTimeText {
  /// Microseconds since 1970 of a whole text, nil for anything else.
  package static func timestamp(_ text: [UInt8]) -> Int64? {
    timestamp(text.span, 0, text.count)
  }

  /// The same for `bytes[start..<end]`.
  package static func timestamp(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int64? {
    preconditionFailure("not yet")
  }

  /// Days since 1970 of a date, or of a timestamp at midnight; nil for anything else.
  package static func date(_ text: [UInt8]) -> Int64? { date(text.span, 0, text.count) }

  /// The same for `bytes[start..<end]`.
  package static func date(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int64? {
    preconditionFailure("not yet")
  }

  /// Microseconds of a number of seconds, milliseconds or microseconds since 1970, told apart by size;
  /// nil beyond the year 9999.
  package static func timestamp(epoch number: Double) -> Int64? {
    preconditionFailure("not yet")
  }

  /// Appends `2026-09-01`.
  package static func append(date days: Int64, to out: inout [UInt8]) {
    preconditionFailure("not yet")
  }

  /// Appends `2026-09-01 00:00:00.000`, with six digits where there are microseconds.
  package static func append(timestamp microseconds: Int64, to out: inout [UInt8]) {
    preconditionFailure("not yet")
  }

  /// Appends `2026-09-01T00:00:00Z`, with a fraction only where there is one.
  package static func append(isoTimestamp microseconds: Int64, to out: inout [UInt8]) {
    preconditionFailure("not yet")
  }
}

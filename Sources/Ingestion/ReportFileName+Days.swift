import Columns

extension ReportFileName {
  /// `2026-05-01` at a position, no digit beside it.
  static func dashedDay(_ bytes: [UInt8], _ start: Int) -> Int? {
    let end = start + 10
    guard end <= bytes.count, bytes[start + 4] == dash, bytes[start + 7] == dash,
      start == 0 || number(bytes, start - 1, start) == nil,
      end == bytes.count || number(bytes, end, end + 1) == nil,
      let year = number(bytes, start, start + 4), let month = number(bytes, start + 5, start + 7),
      let day = number(bytes, start + 8, end)
    else { return nil }
    return valid(year, month, day)
  }

  /// `/2026/5/1/` at a position, as AWS Config writes it.
  static func folderDay(_ bytes: [UInt8], _ start: Int) -> Int? {
    guard bytes[start] == slash else { return nil }
    let parts = bytes[(start + 1)...].prefix(11).split(
      separator: slash, omittingEmptySubsequences: false)
    guard parts.count > 3, parts[0].count == 4, parts[1].count <= 2, parts[2].count <= 2,
      let year = number(bytes, parts[0].startIndex, parts[0].endIndex),
      let month = number(bytes, parts[1].startIndex, parts[1].endIndex),
      let day = number(bytes, parts[2].startIndex, parts[2].endIndex)
    else { return nil }
    return valid(year, month, day)
  }

  private static let dash = UInt8(ascii: "-")
  private static let slash = UInt8(ascii: "/")

  private static func valid(_ year: Int, _ month: Int, _ day: Int) -> Int? {
    let date = CivilDate(year: year, month: month, day: day)
    return date.isValid && year >= 1990 ? date.daysSinceEpoch : nil
  }

  /// A number of digits only.
  private static func number(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int? {
    guard start < end else { return nil }
    var value = 0
    for position in start..<end {
      guard (0x30...0x39).contains(bytes[position]) else { return nil }
      value = value * 10 + Int(bytes[position] - 0x30)
    }
    return value
  }
}

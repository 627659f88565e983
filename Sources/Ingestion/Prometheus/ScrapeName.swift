import Columns
import Files

/// What the path of a scrape tells: the host and the time.
///
///     web01.prom                                  web01
///     web01-2026-05-01T00:05:00Z.prom             web01, at 00:05
///     db-1/node_exporter_20260501_000500.txt      db-1, at 00:05
struct ScrapeName {
  /// The host, from the file's name, else the folder's.
  let host: String
  /// Microseconds since 1970; nil where the name has no time of day.
  let moment: Int64?

  init(_ path: String) {
    let parts = path.split(separator: "/").suffix(2).map { ScrapeName.stem(String($0)) }
    let name = ScrapeName.cut(parts.last ?? "")
    moment = name.moment
    let words = ScrapeName.bare(name.rest)
    let folder = parts.count == 2 ? ScrapeName.bare(ScrapeName.cut(parts[0]).rest) : ""
    host = !words.isEmpty ? words : !folder.isEmpty ? folder : "unknown"
  }

  /// A host's name without the port of its exporter: `web01:9100` is of `web01`.
  static func host(ofInstance instance: String) -> String {
    var name = Substring(instance)
    for scheme in ["http://", "https://"] where name.hasPrefix(scheme) {
      name = name.dropFirst(scheme.count).prefix { $0 != "/" }
    }
    guard let colon = name.lastIndex(of: ":"), name.dropLast(0)[..<colon].last != ":" else {
      return String(name)
    }
    let port = name[name.index(after: colon)...]
    let isPort = !port.isEmpty && port.utf8.count <= 5 && port.allSatisfy(\.isNumber)
    // An address of IPv6 has a port only behind brackets.
    let isBare = name[..<colon].contains(":") && name.first != "["
    return isPort && !isBare ? String(name[..<colon]) : String(name)
  }

  /// The name without what tells the format.
  private static func stem(_ name: String) -> String {
    var name = Substring(name)
    let endings = [".gz", ".prom", ".txt", ".om", ".openmetrics", ".metrics", ".text", ".log"]
    while let ending = endings.first(where: { name.lowercased().hasSuffix($0) }) {
      name = name.dropLast(ending.utf8.count)
    }
    return String(name)
  }

  /// Words that every exporter's files have.
  private static let common: Set<String> = [
    "metrics", "metric", "node", "windows", "exporter", "node_exporter", "windows_exporter",
    "scrape", "scrapes", "prometheus", "openmetrics", "prom",
  ]

  /// The name without those words at its ends.
  private static func bare(_ name: String) -> String {
    var name = Substring(name)
    var changed = true
    while changed {
      changed = false
      let trimmed = name.drop { "-_. @".contains($0) }
      let end = trimmed.lastIndex { !"-_. @".contains($0) }
      let inner = end.map { trimmed[...$0] } ?? ""
      name = inner
      for word in common {
        if inner.lowercased() == word { return "" }
        for separator in ["-", "_", "."] {
          if inner.lowercased().hasPrefix(word + separator) {
            name = inner.dropFirst(word.count + 1)
            changed = true
          } else if inner.lowercased().hasSuffix(separator + word) {
            name = inner.dropLast(word.count + 1)
            changed = true
          }
          if changed { break }
        }
        if changed { break }
      }
    }
    return String(name)
  }

  // MARK: Times

  /// The name without the time that it has, and that time.
  private static func cut(_ name: String) -> (rest: String, moment: Int64?) {
    let bytes = Array(name.utf8)
    var day: (start: Int, end: Int)?
    for start in bytes.indices where start == 0 || !isDigit(bytes[start - 1]) {
      if let found = TimeInName(bytes, from: start) {
        let rest = bytes[..<start] + bytes[found.end...]
        if let moment = found.moment { return (String(decoding: rest, as: UTF8.self), moment) }
        if day == nil { day = (start, found.end) }
      }
    }
    guard let day else { return (name, nil) }
    return (String(decoding: bytes[..<day.start] + bytes[day.end...], as: UTF8.self), nil)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

/// A day, with or without a time of day, within a name: `2026-05-01T00:05:00Z`, `2026-05-01_00-05`,
/// `20260501T000500Z`, `202605010005`, or seconds since 1970, `1777593900`.
private struct TimeInName {
  /// Microseconds since 1970; nil for a day alone.
  let moment: Int64?
  /// The position behind it.
  let end: Int

  init?(_ bytes: [UInt8], from start: Int) {
    var reader = Reader(bytes: bytes, position: start)
    if let epoch = reader.epoch() {
      moment = epoch
      end = reader.position
      return
    }
    guard let year = reader.number(4), (1990...2199).contains(year) else { return nil }
    reader.skip("-_.")
    guard let month = reader.number(2) else { return nil }
    reader.skip("-_.")
    guard let day = reader.number(2) else { return nil }
    let date = CivilDate(year: year, month: month, day: day)
    guard date.isValid else { return nil }
    let dayEnd = reader.position
    reader.skip("T_- t.")
    guard let hour = reader.number(2), hour < 24 else {
      moment = nil
      end = dayEnd
      return
    }
    reader.skip(":-_.h")
    let minute = reader.number(2) ?? -1
    guard (0..<60).contains(minute) else {
      moment = nil
      end = dayEnd
      return
    }
    let minuteEnd = reader.position
    reader.skip(":-_.m")
    var second = 0
    if let found = reader.number(2), found < 60 {
      second = found
    } else {
      reader.position = minuteEnd
    }
    reader.skip("Zz")
    guard !reader.isAtDigit else { return nil }
    let seconds = Int64(date.daysSinceEpoch) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    moment = seconds * 1_000_000
    end = reader.position
  }

  private struct Reader {
    let bytes: [UInt8]
    var position: Int

    var isAtDigit: Bool {
      position < bytes.count && (0x30...0x39).contains(bytes[position])
    }

    /// A number of just so many digits.
    mutating func number(_ digits: Int) -> Int? {
      guard position + digits <= bytes.count else { return nil }
      var value = 0
      for byte in bytes[position..<position + digits] {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int(byte - 0x30)
      }
      position += digits
      return value
    }

    mutating func skip(_ characters: String) {
      if position < bytes.count, characters.utf8.contains(bytes[position]) { position += 1 }
    }

    /// Ten digits are seconds, thirteen milliseconds since 1970, of the years 2001 to 2099.
    mutating func epoch() -> Int64? {
      let run = bytes[position...].prefix { (0x30...0x39).contains($0) }
      guard run.count == 10 || run.count == 13,
        let number = Int64(String(decoding: run, as: UTF8.self))
      else { return nil }
      let seconds = run.count == 10 ? number : number / 1000
      guard (1_000_000_000..<4_100_000_000).contains(seconds) else { return nil }
      position += run.count
      return run.count == 10 ? number * 1_000_000 : number * 1000
    }
  }
}

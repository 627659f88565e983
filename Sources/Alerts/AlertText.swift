import Columns
import TextFormats

/// Alerts in the forms that channels take.
package enum AlertText {
  /// What a person reads: a headline each, indented details, the command that shows more.
  ///
  /// Control characters are taken out: names come from reports, and reports are not trusted.
  package static func plain(_ records: [AlertRecord]) -> String {
    records.map { record in
      let details = record.details.split(separator: "\n").map { "    \(cleaned(String($0)))\n" }
      return "[\(record.severity)] \(cleaned(record.title))\n" + details.joined()
        + "    more: \(cleaned(record.command))\n"
    }.joined(separator: "\n")
  }

  /// One JSON object on one line.
  package static func json(_ record: AlertRecord) -> String { "\(object(record))" }

  /// All alerts of a delivery in one document: `{"alerts": […]}`.
  package static func document(_ records: [AlertRecord]) -> String {
    "\(JSONValue.object(["alerts": .array(records.map(object))]))\n"
  }

  private static func object(_ record: AlertRecord) -> JSONValue {
    var seen: [UInt8] = []
    CivilTimeText.append(isoTimestamp: record.firstSeen, to: &seen)
    return .object([
      "fingerprint": .string(record.fingerprint),
      "period": .string(record.period),
      "kind": .string(record.kind),
      "severity": .string(record.severity),
      "title": .string(record.title),
      "details": .array(record.details.split(separator: "\n").map { .string(String($0)) }),
      "command": .string(record.command),
      "first_seen": .string(String(decoding: seen, as: UTF8.self)),
    ])
  }

  /// Without control characters and the marks that turn the direction of text.
  package static func cleaned(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter { scalar in
          scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
            && !(0x202A...0x202E).contains(scalar.value)
            && !(0x2066...0x2069).contains(scalar.value)
        }))
  }
}

import Columns

/// An alert as the table `alerts` keeps it: since when, in which state, told to whom.
package struct AlertRecord: Sendable, Hashable {
  package enum State: String, Sendable, CaseIterable {
    case alarm = "ALARM"
    case resolved = "RESOLVED"
  }

  package var fingerprint: String
  package var period: String
  package var kind: String
  package var severity: String
  package var title: String
  package var details: String
  package var command: String
  package var state: State
  /// Microseconds since the epoch.
  package var firstSeen: Int64
  package var lastSeen: Int64
  /// Channels that still have to be told, by name.
  package var pending: [String]
  /// Channels that were told.
  package var sent: [String]
  /// Whether it is of a state that comes and goes: over before it could be told, it is not told any more.
  let passes: Bool

  init(_ alert: Alert, now: Int64, channels: [String]) {
    fingerprint = alert.fingerprint
    period = alert.period
    kind = alert.kind.rawValue
    severity = alert.severity.rawValue
    title = alert.title
    details = alert.details.joined(separator: "\n")
    command = alert.command
    state = .alarm
    firstSeen = now
    lastSeen = now
    pending = channels
    sent = []
    passes = alert.repeatsAfterRecovery || alert.period == Alert.standing
  }

  static let fields = [
    Field("fingerprint", .varchar), Field("period", .varchar), Field("kind", .varchar),
    Field("severity", .varchar), Field("title", .varchar), Field("details", .varchar),
    Field("command", .varchar), Field("state", .varchar), Field("first_seen", .timestamp),
    Field("last_seen", .timestamp), Field("pending", .varchar), Field("sent", .varchar),
    Field("passes", .boolean),
  ]

  var row: [Value] {
    [
      .text(fingerprint), .text(period), .text(kind), .text(severity), .text(title),
      .text(details), .text(command), .text(state.rawValue), .int64(firstSeen), .int64(lastSeen),
      .text(pending.joined(separator: ",")), .text(sent.joined(separator: ",")),
      .boolean(passes),
    ]
  }

  /// Reads a row with the columns of ``fields`` in their order.
  init?(_ row: [Value]) {
    guard row.count == AlertRecord.fields.count, let fingerprint = row[0].string,
      let period = row[1].string, let state = row[7].string.flatMap(State.init(rawValue:)),
      let firstSeen = row[8].int64, let lastSeen = row[9].int64
    else { return nil }
    self.fingerprint = fingerprint
    self.period = period
    kind = row[2].string ?? ""
    severity = row[3].string ?? ""
    title = row[4].string ?? ""
    details = row[5].string ?? ""
    command = row[6].string ?? ""
    self.state = state
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    pending = (row[10].string ?? "").split(separator: ",").map(String.init)
    sent = (row[11].string ?? "").split(separator: ",").map(String.init)
    passes = row[12] != .boolean(false)
  }
}

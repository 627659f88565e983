package import TextFormats

/// What people said of anomalies, a JSON list:
///
///     [{ "verdict": "expected", "service": "Amazon EC2", "from": "2026-10-17",
///        "until": "2026-10-21", "reason": "load test" },
///      { "verdict": "ignore", "account": "111122223333", "until": "2026-12-31",
///        "reason": "migration, budgeted" }]
///
/// A dimension that is not named means any. Days of `expected` are no anomalies: they are learned
/// from like all others. An anomaly of `ignore` stays among the findings with its reason, and alerts
/// nobody until the day is over.
package struct AnomalyFeedback: Sendable {
  package enum Verdict: String, Sendable, CaseIterable { case expected, ignore }

  struct Entry: Sendable {
    let verdict: Verdict
    let account: String?
    let service: String?
    let region: String?
    let usageType: String?
    let from: Int?
    /// The last day that it holds.
    let until: Int
    let reason: String
  }

  private let entries: [Entry]

  package static let none = AnomalyFeedback(entries: [])

  private init(entries: [Entry]) {
    self.entries = entries
  }

  /// - Throws: `ConfigurationError` for what is missing, misspelt or of the wrong kind.
  package init(_ json: JSONValue, file: String) throws(ConfigurationError) {
    let known = [
      "verdict", "account", "service", "region", "usage_type", "from", "until", "reason",
    ]
    var entries: [Entry] = []
    for place in try JSONPlace(json, file: file).elements() {
      for (key, value) in try place.members() where !known.contains(key) {
        throw value.error("unknown setting; known here are \(known.joined(separator: ", "))")
      }
      let untilPlace = try place.required("until")
      let until = try untilPlace.day()
      let from = try place.optional("from")?.day()
      if let from, from > until {
        throw untilPlace.error(
          "expected a day from \(Day.text(from)) on, found '\(Day.text(until))'")
      }
      entries.append(
        Entry(
          verdict: try place.required("verdict").choice(of: Verdict.self),
          account: try place.optional("account")?.text(),
          service: try place.optional("service")?.text(),
          region: try place.optional("region")?.text(),
          usageType: try place.optional("usage_type")?.text(), from: from, until: until,
          reason: try place.optional("reason")?.text() ?? ""))
    }
    self.init(entries: entries)
  }

  /// Whether a day of a leaf was said to be as expected.
  func isExpected(_ leaf: DailyCosts.Leaf, on day: Int) -> Bool {
    entries.contains {
      $0.verdict == .expected && day <= $0.until && day >= $0.from ?? .min
        && $0.account ?? leaf.account == leaf.account
        && $0.service ?? leaf.service == leaf.service && $0.region ?? leaf.region == leaf.region
        && $0.usageType ?? leaf.usageType == leaf.usageType
    }
  }

  /// What silences an anomaly on a day, in words: `ignored until 2026-12-31: migration`.
  func silence(of anomaly: CostAnomaly, on today: Int) -> String? {
    let main = anomaly.rootCauses.first
    let entry = entries.first {
      $0.verdict == .ignore && today <= $0.until && anomaly.end >= $0.from ?? .min
        && $0.account ?? anomaly.account == anomaly.account
        && $0.service ?? anomaly.service == anomaly.service
        && ($0.region == nil || $0.region == main?.region)
        && ($0.usageType == nil || $0.usageType == main?.usageType)
    }
    return entry.map {
      "ignored until \(Day.text($0.until))\($0.reason.isEmpty ? "" : ": \($0.reason)")"
    }
  }
}

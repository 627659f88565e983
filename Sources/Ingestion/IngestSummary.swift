/// What an ingest did, delivery by delivery.
package struct IngestSummary: Sendable {
  package var deliveries: [DeliverySummary]
  /// Files that were passed over, with the reason in words.
  package var ignored: [IgnoredFile]

  package init(deliveries: [DeliverySummary] = [], ignored: [IgnoredFile] = []) {
    self.deliveries = deliveries
    self.ignored = ignored
  }

  /// Whether something that should have been loaded was not.
  package var hasFailures: Bool { deliveries.contains { $0.status == .failed } }
}

/// A file that was not loaded.
package struct IgnoredFile: Sendable, Hashable {
  package let path: String
  package let reason: String
  /// Whether it is nothing that is known, rather than something known that is not wanted.
  package var isUnknown = false
}

/// One delivery: what it is and what became of it.
package struct DeliverySummary: Sendable, Equatable {
  package enum Status: String, Sendable {
    case loaded
    /// The same delivery was loaded before; nothing changed.
    case unchanged
    /// A part that the manifest names is not there yet.
    case waiting
    /// Nothing of it was stored; the notes say why.
    case failed
    /// An older version than the one that is loaded; nothing changed.
    case superseded
  }

  /// The report's kind: `cur`, `cur2`, `focus`, `ssm-inventory`, …; empty if it is not known.
  package var kind: String
  package var title: String
  package var table: String
  /// `<payer>/<report name>` for bills.
  package var source: String
  /// `2026-05` for bills (`2026-05, 2026-06` for several), the day for inventory, nil where rows tell.
  package var period: String?
  /// The assembly or execution id, or a hash of the content.
  package var deliveryID: String
  package var files: [String]
  package var rows: Int
  /// The sum of unblended or billed cost, nil for reports without costs.
  package var total: Double?
  /// The bill's currency; nil if there is none or several.
  package var currency: String?
  package var status: Status
  /// What went wrong or is worth knowing, a sentence each.
  package var notes: [String]
  package var rejectedRows: Int
  /// When the version was made, microseconds since the epoch, as far as it tells.
  package var issued: Int64?
  /// The version of the period that this one took the place of.
  package var replaced: ReplacedVersion?
}

/// What a period was before another version of it was loaded.
package struct ReplacedVersion: Sendable, Equatable {
  package var deliveryID: String
  package var rows: Int?
  package var total: Double?
  /// Whether the month was over when that version was loaded, so that a closed month was restated.
  package var wasClosed: Bool
}

import Columns
import Warehouse

/// A version of a month, as a person names it: `3`, `previous`, `current`, a time, a delivery's id.
package struct VersionName: Sendable, Equatable {
  /// The month, where it is said with the version: `2026-09@3`.
  package let period: String?
  let text: String

  package init(_ text: String) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      period = nil
      self.text = text
      return
    }
    period = parts[0].isEmpty ? nil : String(parts[0])
    self.text = String(parts[1])
  }
}

/// A version of a table in which a month is as it was delivered at some time.
package struct BillVersion: Sendable, Hashable {
  package let version: Int64
  /// Microseconds since the epoch; nil before the month came.
  package let timestamp: Int64?
  /// The delivery that made the month what it is, where one did.
  package let delivery: String?

  init(_ change: PartitionVersion) {
    version = change.version
    timestamp = change.timestamp
    delivery = change.parameters["delivery"]
  }

  /// `version 5 (2026-10-07 06:00, delivery 5ccb99fb)`.
  package var description: String {
    let details = [
      timestamp.map { CivilTimeText.text(timestamp: $0).prefix(16) },
      delivery.map { "delivery \($0.prefix(8))" },
    ].compactMap { $0.map(String.init) }
    return "version \(version)" + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
  }

  /// Finds the version that a name means among those in which the month changed, oldest first.
  ///
  /// - Throws: `ReconciliationError.noVersion` that says which there are.
  static func find(
    _ name: VersionName, of period: String, in changes: [PartitionVersion], table: String
  ) throws -> BillVersion {
    let versions = changes.map(BillVersion.init)
    let known = versions.suffix(5).map(\.description).joined(separator: ", ")
    guard let newest = versions.last else {
      throw ReconciliationError.noVersion(
        "the log of '\(table)' does not tell when \(period) came: there is nothing to compare")
    }
    switch name.text.lowercased() {
    case "current": return newest
    case "previous":
      guard versions.count > 1 else {
        throw ReconciliationError.noVersion(
          "\(period) came once, in \(newest.description) of '\(table)': there is no version before")
      }
      return versions[versions.count - 2]
    default: break
    }
    if let number = Int64(name.text), number >= 0 {
      // Versions between two changes of the month have it as the earlier one left it.
      guard let found = versions.last(where: { $0.version <= number }) else {
        throw ReconciliationError.noVersion(
          "\(period) was not in version \(number) of '\(table)' yet; it came or changed in \(known)"
        )
      }
      return found
    }
    if let time = CivilTimeText.timestamp(Array(name.text.utf8)) {
      guard let found = versions.last(where: { ($0.timestamp ?? 0) <= time }) else {
        throw ReconciliationError.noVersion(
          "\(period) was not in '\(table)' at \(name.text) yet; it came or changed in \(known)")
      }
      return found
    }
    let matches = versions.filter { $0.delivery?.hasPrefix(name.text) == true }
    guard !name.text.isEmpty, let found = matches.last,
      Set(matches.map(\.delivery)).count == 1
    else {
      throw ReconciliationError.noVersion(
        "expected a version of \(period) as a number, a time, the id of a delivery, 'previous' or "
          + "'current', found '\(name.text)'; it came or changed in \(known)")
    }
    return found
  }
}

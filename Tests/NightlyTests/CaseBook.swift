import Files
import Foundation
import SampleData
import Synchronization

/// The case book, run through a night after each of its deliveries, once for all tests that look at it.
struct CaseBookNights: Sendable {
  let night: Night
  /// When the last night was, microseconds since the epoch.
  let asOf: Int64
  let last: Night.Outcome

  /// - Throws: what the nights threw.
  static func shared() throws -> CaseBookNights { try result.get() }

  private static let result = Result<CaseBookNights, any Error> {
    let night = try Night()
    path.withLock { $0 = night.path }
    atexit { CaseBookNights.path.withLock { try? Directory.removeTree($0) } }
    var outcome: Night.Outcome?
    var moment: Int64 = 0
    for day in CaseBook.deliveries {
      try CaseBook.write(to: night.path, through: day)
      // The morning after, of the sample's year: day 53 is the 24th of October.
      moment = Night.asOf - Int64(53 - day) * 86_400_000_000
      outcome = try night.run(asOf: moment)
    }
    guard let outcome else { throw CocoaError(.featureUnsupported) }
    return CaseBookNights(night: night, asOf: moment, last: outcome)
  }

  private static let path = Mutex("")
}
